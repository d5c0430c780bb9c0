package dev.gori.logs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gori.base.json.Json;
import dev.gori.testkit.NoLeaks;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Queries that ask for more than a process has.
@ExtendWith(NoLeaks.class)
final class HeavyLogQueriesTest {

  private static final String RANGE = "/loki/api/v1/query_range";
  private static LogsServer server;

  @BeforeAll
  static void open(@TempDir Path folder) throws IOException {
    server = new LogsServer(folder);
    var value = "0123456789".repeat(500);
    for (int batch = 0; batch < 20; batch++) {
      var values = new StringBuilder();
      for (int i = 0; i < 200; i++) {
        long at = server.nanos() - (batch * 200L + i) * 1_000_000L;
        values
            .append(i == 0 ? "" : ",")
            .append("[\"%d\",\"id=%d v=%s\"]".formatted(at, batch * 200 + i, value));
      }
      assertThat(
              server
                  .push(
                      "{\"streams\":[{\"stream\":{\"app\":\"api\"},\"values\":[" + values + "]}]}")
                  .status())
          .isEqualTo(204);
    }
  }

  @AfterAll
  static void close() {
    server.close();
  }

  record Case(String name, String query, String said) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static String growing() {
    var query =
        "label_replace(count_over_time({app=\"api\"}[1m]), \"a\", \"0123456789\", \"\", \"\")";
    for (int i = 0; i < 30; i++) {
      query = "label_replace(" + query + ", \"a\", \"$1$1\", \"a\", \"(.*)\")";
    }
    return query;
  }

  static Stream<Case> isRefused() {
    return Stream.of(
        new Case(
            "a series for each line",
            "count_over_time({app=\"api\"} | logfmt | label_format a=\"{{.v}}{{.v}}{{.v}}{{.v}}{{.v}}\" [1m])",
            "the query holds more than 67108864 bytes"),
        new Case("a label that doubles", growing(), "label_replace: the template '$1$1' expands"),
        new Case(
            "a regular expression that multiplies",
            "{app=\"api\"} |~ \"((a{1000}){1000}){1000}\"",
            "expression too large"),
        new Case("a damaged regular expression", "{app=~\"a)|(b\"}", "unexpected )"));
  }

  @ParameterizedTest
  @MethodSource
  void isRefused(Case c) {
    var answer = server.get(RANGE, "query", c.query(), "since", "1m", "step", "1s");

    assertThat(answer.text()).contains(c.said());
    assertThat(answer.status()).isEqualTo(400);
  }

  @Test
  void anAnswerHasALimit() {
    var few = server.get(RANGE, "query", "{app=\"api\"}", "since", "1m", "limit", "1000");
    assertThat(few.status()).isEqualTo(200);
    assertThat(Json.parse(few.body()).at("/data/result/0/values")).hasSize(1000);

    var many = server.get(RANGE, "query", "{app=\"api\"}", "since", "1m", "limit", "4000");
    assertThat(many.text()).contains("the answer is larger than 16.0 MiB");
    assertThat(many.status()).isEqualTo(422);
  }
}
