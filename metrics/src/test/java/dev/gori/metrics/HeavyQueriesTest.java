package dev.gori.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gori.http.ClientResponse;
import dev.gori.http.HttpCalls;
import dev.gori.testkit.NoLeaks;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Queries that exceed the limits of the process.
@ExtendWith(NoLeaks.class)
final class HeavyQueriesTest {

  private static final String TOO_MANY =
      "query processing would load too many samples into memory in query execution";

  private static MetricsServerRig metrics;
  private static HttpCalls calls;

  @BeforeAll
  static void open(@TempDir Path folder) throws IOException {
    metrics =
        new MetricsServerRig(MetricsSettings.DEFAULTS, "scrape_configs: []\n", List.of(), folder);
    calls = HttpCalls.within(Duration.ofSeconds(60));
  }

  @AfterAll
  static void close() {
    calls.close();
    metrics.close();
  }

  private static ClientResponse post(String path, String... parameters) {
    var form = new StringBuilder();
    for (int i = 0; i < parameters.length; i += 2) {
      form.append(i == 0 ? "" : "&")
          .append(parameters[i])
          .append('=')
          .append(URLEncoder.encode(parameters[i + 1], StandardCharsets.UTF_8));
    }
    return calls.post(
        URI.create(metrics.url() + "/api/v1/" + path),
        "application/x-www-form-urlencoded",
        form.toString().getBytes(StandardCharsets.UTF_8),
        Map.of());
  }

  private static ClientResponse range(String query, String... more) {
    var parameters =
        Stream.concat(
                Stream.of("query", query, "start", "0", "end", "10999", "step", "1"),
                Stream.of(more))
            .toArray(String[]::new);
    return post("query_range", parameters);
  }

  record Case(String name, String query, int status, String said) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static String growing() {
    var query = "label_replace(vector(1), \"a\", \"0123456789\", \"\", \"\")";
    for (int i = 0; i < 30; i++) {
      query = "label_replace(" + query + ", \"a\", \"$1$1\", \"a\", \"(.*)\")";
    }
    return query;
  }

  private static String joined() {
    var query = "label_replace(vector(1), \"a\", \"0123456789\", \"\", \"\")";
    for (int i = 0; i < 30; i++) {
      query = "label_join(" + query + ", \"a\", \"\", \"a\", \"a\")";
    }
    return query;
  }

  static Stream<Case> isRefused() {
    return Stream.of(
        new Case("a subquery", "sum_over_time(vector(1)[30h:3ms])", 422, TOO_MANY),
        new Case("the samples of a subquery", "vector(1)[30h:3ms]", 422, TOO_MANY),
        new Case(
            "scalars that wait for others",
            "sum_over_time(vector("
                + "(time() + ".repeat(60)
                + "1"
                + ")".repeat(60)
                + ")[1000s:10ms])",
            422,
            TOO_MANY),
        new Case("a label that doubles", growing(), 422, "label_replace()"),
        new Case("a label that is joined with itself", joined(), 422, TOO_MANY),
        new Case(
            "a regular expression that multiplies",
            "{__name__=~\"((a{1000}){1000}){1000}\"}",
            400,
            "expression too large"),
        new Case(
            "a regular expression of many parentheses",
            "{__name__=~\"" + "(".repeat(5_000) + "a" + ")".repeat(5_000) + "\"}",
            400,
            "expression nests too deeply"),
        new Case("a damaged regular expression", "{__name__=~\"a)|(b\"}", 400, "unexpected )"));
  }

  @ParameterizedTest
  @MethodSource
  void isRefused(Case c) {
    var answer = post("query", "query", c.query());

    assertThat(answer.text()).contains(c.said());
    assertThat(answer.status()).isEqualTo(c.status());
    assertThat(post("query", "query", "1").status()).isEqualTo(200);
  }

  @Test
  void aSeriesForEachValueIsCounted() {
    var answer = range("count_values(\"v\", vector(time()))");

    assertThat(answer.text()).contains(TOO_MANY);
    assertThat(answer.status()).isEqualTo(422);
  }

  @Test
  void aQueryEndsAtItsOwnTimeout() {
    var answer = range("quantile_over_time(0.5, vector(time())[10d:1s])", "timeout", "300ms");

    assertThat(answer.text())
        .isEqualTo(
            "{\"status\":\"error\",\"errorType\":\"timeout\",\"error\":\"query timed out in expression evaluation\"}");
    assertThat(answer.status()).isEqualTo(503);
  }

  @Test
  void anAnswerHasALimit() {
    var answer = range("label_replace(vector(time()), \"a\", \"b\", \"\", \"\")");
    assertThat(answer.status()).isEqualTo(200);

    var parts = new StringBuilder("label_replace(vector(time()), \"a\", \"0\", \"\", \"\")");
    for (int i = 1; i < 200; i++) {
      parts
          .append(" or label_replace(vector(time()), \"a\", \"")
          .append(i)
          .append("\", \"\", \"\")");
    }
    var large = range(parts.toString());

    assertThat(large.text()).contains("the answer is larger than 16.0 MiB");
    assertThat(large.status()).isEqualTo(422);
  }
}
