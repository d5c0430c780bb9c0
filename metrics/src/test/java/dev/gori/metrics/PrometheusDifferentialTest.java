package dev.gori.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.gori.http.ClientResponse;
import dev.gori.http.HttpCalls;
import dev.gori.testkit.ExternalTools;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The same samples and rules in Gori and in Debian's Prometheus: every call gives the same status
/// and body, except for times and host names.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class PrometheusDifferentialTest {

  private static final String RULES =
      """
            groups:
              - name: first
                rules:
                  - record: path:requests:sum
                    expr: sum by (path) (requests_total)
                  - record: constant
                    expr: vector(7)
                    labels: {kind: recorded}
                  - alert: Always
                    expr: vector(2) > 1
                    labels: {severity: warning}
                    annotations: {summary: 'is {{ $value }}'}
                  - alert: Later
                    expr: up == 0
                    for: 1h
                    keep_firing_for: 5m
              - name: second
                interval: 2s
                limit: 5
                rules:
                  - record: broken
                    expr: label_replace(requests_total, "path", "", "path", ".*")
            """;

  /// Keys that Prometheus 3 has and 2.42 has not.
  private static final List<String> YOUNGER = List.of("droppedTargetCounts");

  private final HttpCalls calls = HttpCalls.within(Duration.ofSeconds(20));
  private final long now = System.currentTimeMillis() / 15_000 * 15_000;
  private RealPrometheus real;
  private MetricsServerRig ours;

  @BeforeAll
  void open(@TempDir Path folder, @TempDir Path own) throws Exception {
    real = RealPrometheus.start(folder, RULES, calls);
    ours =
        new MetricsServerRig(
            MetricsSettings.DEFAULTS,
            "global: {evaluation_interval: 1s, external_labels: {env: dev}}",
            List.of(new MetricsConfig.TextFile(folder.resolve("rules.yaml").toString(), RULES)),
            own);
    for (var to : List.of(real.url(), ourUrl())) {
      assertThat(RealPrometheus.push(to, SharedSamples.upTo(now), calls).status()).isEqualTo(204);
    }
    ours.role().runOnce();
    await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () ->
                calls
                        .get(URI.create(real.url() + "/api/v1/rules"))
                        .text()
                        .contains("\"health\":\"err\"")
                    && calls
                        .get(URI.create(real.url() + "/api/v1/query?query=ALERTS"))
                        .text()
                        .contains("firing"));
    ours.role().runOnce();
  }

  private URI ourUrl() {
    return ours.url();
  }

  @AfterAll
  void close() {
    Stream.of(ours, real, calls)
        .filter(one -> one != null)
        .forEach(
            one -> {
              try {
                one.close();
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            });
  }

  static Stream<String> asked() {
    return Stream.of(
        "query?query=1%2B1&time=NOW",
        "query?query=requests_total&time=NOW",
        "query?query=%22text%22&time=NOW",
        "query?query=odd&time=NOW",
        "query?query=odd%5B59s%5D&time=NOW",
        "query?query=gone&time=NOW",
        "query?query=sort_desc(requests_total)&time=NOW",
        "query?query=absent(nothing)&time=NOW",
        "query?query=up&time=NOW.123",
        "query?query=up&time=2015-07-01T20:10:51.781Z",
        "query?query=up&time=x",
        "query?query=time()&time=1.5",
        "query?query=up&timeout=x",
        "query?query=time()&time=1e9",
        "query_range?query=requests_total&start=START&end=NOW&step=60",
        "query_range?query=rate(requests_total%5B89s%5D)&start=START&end=NOW&step=1m",
        "query_range?query=1&start=START&end=NOW&step=60",
        "query_range?query=odd&start=START&end=NOW&step=30s",
        "query_range?query=up%5B1m%5D&start=START&end=NOW&step=60",
        "query_range?query=up&start=5&end=10&step=0",
        "query_range?query=up&start=10&end=5&step=1",
        "query_range?query=up&start=0&end=20000&step=1",
        "query_range?query=up&end=1&step=1",
        "query_range?query=up&start=1&end=2&step=x",
        "query_range?query=up&start=1&end=2&step=-1",
        "series?match%5B%5D=requests_total",
        "series?match%5B%5D=up&match%5B%5D=gone&start=START&end=NOW",
        "series?match%5B%5D=nothing",
        "series",
        "series?match%5B%5D=%7B%7D",
        "series?match%5B%5D=up%5B5m%5D",
        "labels",
        "labels?match%5B%5D=up",
        "labels?match%5B%5D=nothing",
        "labels?start=x",
        "label/path/values",
        "label/path/values?match%5B%5D=requests_total%7Binstance%3D%22h:1%22%7D",
        "label/nothing/values",
        "label/__name__/values?match%5B%5D=%7Bjob%3D%22j%22%7D",
        "labels?match%5B%5D=%7B%7D",
        "metadata",
        "metadata?metric=up&limit=5",
        "targets",
        "targets?state=active",
        "targets/metadata",
        "targets/metadata?match_target=x%7B",
        "rules",
        "rules?type=record",
        "rules?type=x",
        "alerts",
        "alertmanagers",
        "query_exemplars?query=up&start=START&end=NOW",
        "query_exemplars?query=up&start=NOW&end=START",
        "format_query?query=sum(up)by(job)",
        "format_query?query=sum(",
        "status/walreplay",
        "scrape_pools");
  }

  private String filled(String call) {
    return call.replace("NOW", String.valueOf(now / 1000))
        .replace("START", String.valueOf(now / 1000 - 240));
  }

  @ParameterizedTest
  @MethodSource("asked")
  void theAnswerIsTheSame(String call) {
    assertThat(shown(ask(ourUrl(), "/api/v1/" + call)))
        .isEqualTo(shown(ask(real.url(), "/api/v1/" + call)));
  }

  private ClientResponse ask(URI base, String path) {
    return calls.get(URI.create(base + filled(path)));
  }

  private static String shown(ClientResponse answer) {
    return NormalizedAnswer.shown(answer, YOUNGER)
        .replace("Invalid time value", "invalid time value") // 2.42 capitalizes it
        .replace(
            "invalid parameter \\\"query\\\": invalid expression type",
            "invalid expression type") // 3 names the parameter
        .replace("\"labels\":{},\n", ""); // 2.42 omits them for recording rules
  }

  static Stream<String> federated() {
    return Stream.of(
        "/federate?match%5B%5D=up",
        "/federate?match%5B%5D=requests_total&match%5B%5D=up&match%5B%5D=%7B__name__%3D~%22req.*%22%7D",
        "/federate?match%5B%5D=odd",
        "/federate?match%5B%5D=gone",
        "/federate",
        "/federate?match%5B%5D=constant");
  }

  @ParameterizedTest
  @MethodSource("federated")
  void theSameIsFederated(String path) {
    var wanted = ask(real.url(), path);
    var got = ask(ourUrl(), path);
    assertThat(got.status()).isEqualTo(wanted.status());
    assertThat(moments(got)).isEqualTo(moments(wanted));
    assertThat(got.header("content-type").orElse(""))
        .startsWith("text/plain; version=0.0.4; charset=utf-8");
  }

  /// A recorded series has the timestamp of its evaluation.
  private static String moments(ClientResponse answer) {
    return answer.text().replaceAll("(constant\\{.*\\} 7) \\d+", "$1 MOMENT");
  }

  @Test
  void aPrometheusReadsRemotelyWhatIsHere(@TempDir Path other) throws Exception {
    var read = "remote_read: [{url: '%s/api/v1/read', read_recent: true}]".formatted(ourUrl());
    try (var reader = RealPrometheus.start(other, "groups: []", read, calls)) {
      for (var query :
          List.of(
              "requests_total",
              "rate(requests_total%5B89s%5D)",
              "%7Bjob%3D~%22j%7Ck%22%2C__name__!%3D%22gone%22%7D",
              "odd",
              "nothing")) {
        var call = "/api/v1/query?time=NOW&query=" + query;
        assertThat(shown(ask(reader.url(), call)))
            .as(query)
            .isEqualTo(shown(ask(real.url(), call)));
      }
    }
  }

  static Stream<List<String>> promtoolCalls() {
    return Stream.of(
        List.of("query", "instant", "--time=NOW", "URL", "requests_total"),
        List.of(
            "query",
            "range",
            "--start=START",
            "--end=NOW",
            "--step=1m",
            "URL",
            "sum by (path) (requests_total)"),
        List.of("query", "series", "--match=requests_total", "--start=START", "--end=NOW", "URL"),
        List.of("query", "labels", "--start=START", "--end=NOW", "URL", "path"),
        List.of("query", "instant", "URL", "rate(up)"),
        List.of("query", "instant", "-o", "json", "--time=NOW", "URL", "up"),
        List.of("check", "healthy", "--url=URL"),
        List.of("check", "ready", "--url=URL"));
  }

  @ParameterizedTest
  @MethodSource("promtoolCalls")
  void promtoolSeesNoDifference(List<String> words) throws Exception {
    assertThat(promtool(ourUrl(), words)).isEqualTo(promtool(real.url(), words));
  }

  private List<String> promtool(URI url, List<String> words)
      throws IOException, InterruptedException {
    var command = new ArrayList<>(List.of(ExternalTools.program("promtool").toString()));
    words.forEach(word -> command.add(filled(word).replace("URL", url.toString())));
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    var out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    return Stream.concat(
            Stream.of("exit " + process.exitValue()),
            out.replace(url.toString(), "URL").lines().sorted())
        .toList();
  }
}
