package dev.gori.logs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.CodedOutputStream;
import dev.gori.base.conf.ConfigException;
import dev.gori.base.conf.Problems;
import dev.gori.base.json.Json;
import dev.gori.clients.LokiClient;
import dev.gori.http.HttpCalls;
import dev.gori.kernel.label.Labels;
import dev.gori.testkit.Golden;
import dev.gori.testkit.ManualClock;
import dev.gori.testkit.NoLeaks;
import io.airlift.compress.v3.snappy.SnappyJavaCompressor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@ExtendWith(NoLeaks.class)
final class LogsTest {

  private static final String API = "{\"app\":\"api\",\"namespace\":\"serving-dev\"}";
  private static final String RULE =
      """
            groups:
            - name: errors
              interval: 10s
              rules:
              - alert: ErrorLogSpike
                expr: sum by (namespace) (count_over_time({namespace=~".+-dev"} |= "error" [5m])) > 1
                labels: {severity: warning}
                annotations: {summary: "{{ $labels.namespace }} wrote {{ $value }} error lines"}
            """;

  @TempDir Path folder;

  @Test
  void answersInLokisShapes() throws IOException {
    try (var server = new LogsServer(folder)) {
      assertThat(server.push(API, 20, "GET /predict 200").status()).isEqualTo(204);
      assertThat(server.push(API, 10, "GET /predict 500").status()).isEqualTo(204);
      assertThat(server.push("{\"app\":\"web\",\"namespace\":\"web-dev\"}", 5, "started").status())
          .isEqualTo(204);
      golden(
          "streams",
          server
              .get(
                  "/loki/api/v1/query_range",
                  "query",
                  "{app=~\".+\"} |~ \"GET|started\"",
                  "limit",
                  "2")
              .text());
      golden(
          "matrix",
          server
              .get(
                  "/loki/api/v1/query_range",
                  "query",
                  "sum by (app) (count_over_time({app=\"api\"}[15s]))",
                  "start",
                  Long.toString(server.nanos() - 20_000_000_000L),
                  "end",
                  Long.toString(server.nanos()),
                  "step",
                  "10")
              .text());
      golden(
          "vector",
          server
              .get("/loki/api/v1/query", "query", "sum by (app) (rate({app=~\".+\"}[1m]))")
              .text());
      golden("labels", server.get("/loki/api/v1/labels").text());
      golden("label-values", server.get("/loki/api/v1/label/app/values").text());
      golden("series", server.get("/loki/api/v1/series", "match[]", "{app=\"api\"}").text());
      golden(
          "index-stats", server.get("/loki/api/v1/index/stats", "query", "{app=\"api\"}").text());
      golden("format", server.get("/loki/api/v1/format_query", "query", "{app='api'}|=`x`").text());
    }
  }

  private static void golden(String name, String answer) {
    var steady =
        answer.replaceAll(
            "\"(execTime|bytesProcessedPerSecond|linesProcessedPerSecond)\":[-0-9.E]+", "\"$1\":0");
    Golden.matches("loki/" + name + ".json", steady + "\n");
  }

  record Bad(
      String name, String path, String parameter, String value, int status, String expected) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Bad> saysWhatIsWrong() {
    return Stream.of(
        new Bad(
            "an instant log query",
            "query",
            "query",
            "{app=\"a\"}",
            400,
            "log queries are not supported as an instant query type, please change your query to a range query type"),
        new Bad(
            "a query that does not parse",
            "query_range",
            "query",
            "{app=\"a\"",
            400,
            "parse error at line 1, col 9: the end of the query (expected: ',' or '}')"),
        new Bad(
            "no query",
            "query_range",
            "limit",
            "5",
            400,
            "no 'query' (expected: a LogQL query in that parameter)"),
        new Bad(
            "a series call without a selector",
            "series",
            "start",
            "1",
            400,
            "no match[] (expected: at least one selector, such as match[]={app=\"serving\"})"),
        new Bad(
            "a time",
            "labels",
            "start",
            "yesterday",
            400,
            "start: 'yesterday' (expected: nanoseconds since the epoch, seconds with a fraction, or RFC 3339)"));
  }

  @ParameterizedTest
  @MethodSource
  void saysWhatIsWrong(Bad bad) throws IOException {
    try (var server = new LogsServer(folder)) {
      var answer = server.get("/loki/api/v1/" + bad.path(), bad.parameter(), bad.value());
      assertThat(answer.status()).isEqualTo(bad.status());
      assertThat(answer.text().strip()).isEqualTo(bad.expected());
    }
  }

  @Test
  void aPushThatIsWrongIsRefusedWithItsReasonAndTheGoodPartIsStored() throws IOException {
    try (var server = new LogsServer(folder)) {
      assertThat(server.push("{").status()).isEqualTo(400);
      assertThat(server.push("{}").text()).startsWith("body without \"streams\"");
      assertThat(
              server
                  .push("{\"streams\":[{\"stream\":{\"a\":\"b\"},\"values\":[[1,\"x\"]]}]}")
                  .text())
          .startsWith("values[0]: [1,\"x\"] (expected: [\"NANOS\", \"LINE\"], both as strings)");
      var mixed =
          server.push(
              "{\"streams\":[{\"stream\":%s,\"values\":[[\"1\",\"old\"],[\"%d\",\"good\"]]}]}"
                  .formatted(API, server.nanos() - 1));
      assertThat(mixed.status()).isEqualTo(400);
      assertThat(mixed.text())
          .contains("timestamp too old: 1970-01-01T00:00:00.000000001Z")
          .contains("entries rejected: 1; the others are stored");
      assertThat(server.get("/loki/api/v1/query_range", "query", "{app=\"api\"}").text())
          .contains("good")
          .doesNotContain("old");
      assertThat(server.push("text/plain", new byte[0], HttpCalls.bearer("secret-dev")).text())
          .startsWith("Content-Type: 'text/plain'");
    }
  }

  @Test
  void aPushNeedsTheEnvironmentsOwnToken() throws IOException {
    try (var server = new LogsServer(folder)) {
      assertThat(server.push("application/json", new byte[0], Map.of()).status()).isEqualTo(401);
      assertThat(
              server
                  .push("application/json", new byte[0], HttpCalls.bearer("secret-prod"))
                  .status())
          .isEqualTo(403);
    }
  }

  @Test
  void takesSnappyProtobuf() throws IOException {
    try (var server = new LogsServer(folder)) {
      assertThat(
              server
                  .push(
                      "application/x-protobuf",
                      protobuf(server.nanos() - 1),
                      HttpCalls.bearer("secret-dev"))
                  .status())
          .isEqualTo(204);
      assertThat(server.get("/loki/api/v1/query_range", "query", "{app=\"api\"}").text())
          .contains("from protobuf");
      assertThat(
              server
                  .push(
                      "application/x-protobuf",
                      new byte[] {1, 2, 3},
                      HttpCalls.bearer("secret-dev"))
                  .status())
          .isEqualTo(400);
    }
  }

  private static byte[] protobuf(long nanos) throws IOException {
    var timestamp =
        message(
            out -> {
              out.writeInt64(1, nanos / 1_000_000_000L);
              out.writeInt32(2, (int) (nanos % 1_000_000_000L));
            });
    var entry =
        message(
            out -> {
              out.writeByteArray(1, timestamp);
              out.writeString(2, "from protobuf");
            });
    var stream =
        message(
            out -> {
              out.writeString(1, "{app=\"api\"}");
              out.writeByteArray(2, entry);
            });
    var push = message(out -> out.writeByteArray(1, stream));
    var snappy = new SnappyJavaCompressor();
    var packed = new byte[snappy.maxCompressedLength(push.length)];
    return Arrays.copyOf(packed, snappy.compress(push, 0, push.length, packed, 0, packed.length));
  }

  private interface Body {
    void write(CodedOutputStream out) throws IOException;
  }

  private static byte[] message(Body body) throws IOException {
    var bytes = new ByteArrayOutputStream();
    var out = CodedOutputStream.newInstance(bytes);
    body.write(out);
    out.flush();
    return bytes.toByteArray();
  }

  @Test
  void ourClientReadsWhatItWrote() throws IOException {
    try (var server = new LogsServer(folder);
        var client = new LokiClient(server.uri(), "secret-dev", Duration.ofSeconds(10))) {
      var now = server.time.now();
      var labels = Labels.of("app", "api");
      assertThat(
              client.push(
                  List.of(
                      new LokiClient.Stream(
                          labels, List.of(new LokiClient.Entry(server.nanos() - 5, "one"))))))
          .isEqualTo(new LokiClient.Outcome.Accepted(1));
      assertThat(client.queryRange("{app=\"api\"}", now.minusSeconds(60), now, 10))
          .containsExactly(
              new LokiClient.Stream(
                  labels, List.of(new LokiClient.Entry(server.nanos() - 5, "one"))));
      assertThat(
              client
                  .query("sum(count_over_time({app=\"api\"}[1m]))", now)
                  .getFirst()
                  .samples()
                  .getFirst()
                  .value())
          .isEqualTo(1);
      assertThat(client.labels(now.minusSeconds(60), now)).containsExactly("app");
      assertThat(client.labelValues("app", now.minusSeconds(60), now)).containsExactly("api");
      assertThatThrownBy(() -> client.query("{app=\"api\"}", now))
          .hasMessageContaining("log queries are not supported as an instant query type");
    }
  }

  @Test
  void environmentsDoNotMix() throws IOException {
    var nowhere = URI.create("http://127.0.0.1:9");
    try (var dev = new LogsServer(folder.resolve("dev"), "dev", new ManualClock(), nowhere);
        var prod = new LogsServer(folder.resolve("prod"), "prod", new ManualClock(), nowhere)) {
      dev.push(API, 1, "only in dev");
      assertThat(dev.get("/loki/api/v1/query_range", "query", "{app=\"api\"}").text())
          .contains("only in dev");
      assertThat(prod.get("/loki/api/v1/query_range", "query", "{app=\"api\"}").text())
          .contains("\"result\":[]");
      assertThat(
              prod.push("application/json", new byte[0], HttpCalls.bearer("secret-dev")).status())
          .isEqualTo(403);
    }
  }

  @Test
  void aRuleOverLogsFiresOverTheAlertmanagerApiAndResolves() throws IOException {
    try (var alertmanager = new Alertmanager();
        var server = new LogsServer(folder, "dev", new ManualClock(), alertmanager.uri(), RULE)) {
      server.logs.start();
      server.push(API, 2, "error one");
      server.push(API, 1, "error two");
      server.time.forward(Duration.ofSeconds(11));
      assertThat(alertmanager.alerts).hasSize(1);
      var alert = alertmanager.alerts.getFirst();
      assertThat(alert.path("labels").path("alertname").asString()).isEqualTo("ErrorLogSpike");
      assertThat(alert.path("labels").path("namespace").asString()).isEqualTo("serving-dev");
      assertThat(alert.path("annotations").path("summary").asString())
          .isEqualTo("serving-dev wrote 2 error lines");
      assertThat(server.get("/loki/prometheus/api/v1/rules").text())
          .contains("\"state\":\"firing\"");
      server.time.forward(Duration.ofMinutes(6));
      var last = alertmanager.alerts.getLast();
      assertThat(Instant.parse(last.path("endsAt").asString()))
          .isBeforeOrEqualTo(server.time.now());
      assertThat(
              Json.parse(server.get("/loki/prometheus/api/v1/alerts").text())
                  .path("data")
                  .path("alerts"))
          .isEmpty();
    }
  }

  @Test
  void rulesAreCheckedAndReloadedAsAWhole() throws IOException {
    var problems = new Problems();
    Logs.check(
        List.of(
            new LogsConfig.TextFile(
                "a.yaml",
                "groups:\n- name: g\n  rules:\n  - alert: A\n    expr: '{app=\"x\"}'\n  - record: r\n    expr: vector(1)\n")),
        problems);
    assertThat(problems.all())
        .containsExactly(
            "a.yaml:5: rule 'A': expr: 1:1: a log query (expected: a metric query, such as count_over_time(… [5m]) > 5)",
            "a.yaml:6: rule 'r': recording rules over logs are not supported (expected: alerting rules only)");
    try (var server = new LogsServer(folder)) {
      assertThat(server.logs.reload(List.of(new LogsConfig.TextFile("b.yaml", RULE))).isEmpty())
          .isTrue();
      assertThat(server.logs.reload(List.of(new LogsConfig.TextFile("b.yaml", "grups: []"))).all())
          .containsExactly("b.yaml:1: rule file: unknown key 'grups', did you mean 'groups'?");
      assertThat(server.get("/loki/prometheus/api/v1/rules").text()).contains("ErrorLogSpike");
    }
    assertThatThrownBy(
            () ->
                new LogsServer(
                    folder,
                    "dev",
                    new ManualClock(),
                    URI.create("http://127.0.0.1:9"),
                    "groups: ["))
        .isInstanceOf(ConfigException.class);
  }

  @Test
  void isReadyWhenStarted() throws IOException {
    try (var server = new LogsServer(folder)) {
      assertThat(server.get("/loki/ready").status()).isEqualTo(503);
      server.logs.start();
      assertThat(server.get("/loki/ready").status()).isEqualTo(200);
    }
  }
}
