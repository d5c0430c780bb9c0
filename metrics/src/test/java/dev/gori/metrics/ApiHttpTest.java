package dev.gori.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gori.base.conf.Conf;
import dev.gori.base.conf.Problems;
import dev.gori.base.json.Json;
import dev.gori.base.observe.SelfMetrics;
import dev.gori.http.ClientResponse;
import dev.gori.http.ErrorFormat;
import dev.gori.http.HttpCalls;
import dev.gori.http.HttpServer;
import dev.gori.http.MetricsHandler;
import dev.gori.http.Mount;
import dev.gori.http.Routes;
import dev.gori.kernel.disk.Disk;
import dev.gori.testkit.ManualClock;
import dev.gori.testkit.NoLeaks;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/// HTTP behaviour of the API: methods, headers, compression, CORS.
@ExtendWith(NoLeaks.class)
final class ApiHttpTest {

  private static final Map<String, String> FROM_A_PAGE = Map.of("Origin", "http://page.example");

  @TempDir Path folder;

  private final ManualClock time = new ManualClock();
  private final HttpCalls calls = HttpCalls.within(Duration.ofSeconds(10));
  private SelfMetrics counted = new SelfMetrics();
  private HttpServer server;
  private Metrics metrics;

  @BeforeEach
  void open() throws IOException {
    open(MetricsSettings.DEFAULTS);
  }

  private void open(MetricsSettings settings) throws IOException {
    var rules = new StringBuilder("groups:\n");
    for (int i = 0; i < 5; i++) {
      rules.append(
          "- {name: g%d, rules: [{record: 'r%d', expr: 'vector(%d)'}]}\n".formatted(i, i, i));
    }
    var config =
        new MetricsConfig(
            new MetricsConfig.TextFile("scrape.yaml", "global: {external_labels: {env: dev}}"),
            List.of(new MetricsConfig.TextFile("rules.yaml", rules.toString())),
            Optional.empty(),
            Optional.empty(),
            URI.create("http://gori/prometheus"));
    metrics =
        Metrics.open(
            settings,
            config,
            time,
            Disk.local(),
            folder,
            LoggerFactory.getLogger("metrics"),
            counted);
    server = HttpServer.open("127.0.0.1", 0, HttpServer.Limits.guardedBy("secret"));
    var mounts = new ArrayList<>(metrics.mounts());
    mounts.add(
        new Mount(
            "/self", new Routes(ErrorFormat.PLAIN).get("/metrics", new MetricsHandler(counted))));
    server.mount(mounts);
  }

  @AfterEach
  void close() {
    server.close();
    metrics.close();
  }

  @AfterEach
  void hangUp() {
    calls.close();
  }

  private URI uri(String path) {
    return URI.create(server.uri() + "/prometheus" + path);
  }

  private ClientResponse get(String path, Map<String, String> headers) {
    return calls.get(uri(path), headers);
  }

  private ClientResponse call(String method, String path, Map<String, String> headers) {
    return calls.call(method, uri(path), "application/x-www-form-urlencoded", new byte[0], headers);
  }

  @Test
  void noPageOfAnotherOriginMayReadAnythingUnlessItIsDeclared() {
    for (var path : List.of("/api/v1/query?query=1", "/api/v1/query?query=(")) {
      assertThat(get(path, FROM_A_PAGE).headers().keySet())
          .noneMatch(name -> name.startsWith("access-control-"));
    }
    assertThat(call("OPTIONS", "/api/v1/query_range", FROM_A_PAGE).headers().keySet())
        .noneMatch(name -> name.startsWith("access-control-"));
  }

  @Test
  void aPageOfADeclaredOriginMayReadAnswersAndFailures() throws IOException {
    close();
    counted = new SelfMetrics();
    var problems = new Problems();
    open(
        MetricsSettings.read(
            Conf.parse("environment.yaml", "cors_origin: 'http://page\\..*'", problems), problems));
    for (var path :
        List.of(
            "/api/v1/query?query=1",
            "/api/v1/query?query=(",
            "/api/v1/labels",
            "/federate?match%5B%5D=up")) {
      var answer = get(path, FROM_A_PAGE);
      assertThat(answer.header("access-control-allow-origin"))
          .as(path)
          .contains("http://page.example");
      assertThat(answer.header("access-control-allow-methods")).contains("GET, POST, OPTIONS");
    }
    var asked = call("OPTIONS", "/api/v1/query_range", FROM_A_PAGE);
    assertThat(asked.status()).isEqualTo(204);
    assertThat(asked.header("access-control-allow-headers"))
        .contains("Accept, Authorization, Content-Type, Origin");
    assertThat(get("/api/v1/query?query=1", Map.of()).header("access-control-allow-origin"))
        .isEmpty();
  }

  @Test
  void methodsThatAreNotMeantAreRefused() {
    assertThat(call("DELETE", "/api/v1/query", Map.of()).status()).isEqualTo(405);
    assertThat(call("POST", "/api/v1/targets", Map.of()).status()).isEqualTo(405);
    assertThat(call("HEAD", "/api/v1/query?query=1", Map.of()).status()).isEqualTo(200);
    assertThat(call("OPTIONS", "/api/v1/nothing", Map.of()).status()).isEqualTo(404);
    assertThat(call("POST", "/-/reload", Map.of()))
        .satisfies(
            answer -> {
              assertThat(answer.status()).isEqualTo(403);
              assertThat(answer.text()).isEqualTo("Lifecycle API is not enabled.");
            });
    assertThat(get("/api/v1/notifications/live", Map.of()).status()).isEqualTo(204);
  }

  @Test
  void aLongAnswerIsPackedForWhoUnpacksIt() throws Exception {
    var path =
        "/api/v1/query?query="
            + URLEncoder.encode(
                "label_replace(vector(1), \"a\", \"" + "x".repeat(2000) + "\", \"\", \"\")",
                StandardCharsets.UTF_8);
    var plain = get(path, Map.of());
    assertThat(plain.header("content-encoding")).isEmpty();
    for (var accepts : List.of("gzip", "br;q=1.0, gzip;q=0.8, *;q=0.1", "*")) {
      var packed = get(path, Map.of("Accept-Encoding", accepts));
      assertThat(packed.header("content-encoding")).as(accepts).contains("gzip");
      assertThat(packed.header("content-type")).contains("application/json");
      assertThat(packed.body().length).isLessThan(plain.body().length / 4);
      try (var in = new GZIPInputStream(new ByteArrayInputStream(packed.body()))) {
        assertThat(Json.parse(in.readAllBytes()).path("data").path("resultType").asString(""))
            .isEqualTo("vector");
      }
    }
    assertThat(
            get(path, Map.of("Accept-Encoding", "gzip;q=0, identity")).header("content-encoding"))
        .isEmpty();
    assertThat(
            get("/api/v1/query?query=1", Map.of("Accept-Encoding", "gzip"))
                .header("content-encoding"))
        .isEmpty();
  }

  /// A streamed response has no Content-Length.
  @Test
  void aVeryLongAnswerIsWholePackedOrNot() throws Exception {
    var path =
        "/api/v1/query_range?start=0&end=9999&step=1&query="
            + URLEncoder.encode(
                "label_replace(vector(time() / 7), \"a\", \"\\u00e4\\\"\", \"\", \"\")",
                StandardCharsets.UTF_8);
    var plain = get(path, Map.of());
    assertThat(plain.header("content-length")).isEmpty();
    var series = Json.parse(plain.body()).path("data").path("result").path(0);
    assertThat(series.path("metric").path("a").asString("")).isEqualTo("ä\"");
    assertThat(series.path("values").size()).isEqualTo(10_000);
    for (int i = 0; i < 10_000; i++) {
      var pair = series.path("values").path(i);
      assertThat(pair.path(0).asLong()).isEqualTo(i);
      assertThat(Double.parseDouble(pair.path(1).asString(""))).isEqualTo(i / 7.0);
    }
    var packed = get(path, Map.of("Accept-Encoding", "gzip"));
    assertThat(packed.header("content-encoding")).contains("gzip");
    try (var in = new GZIPInputStream(new ByteArrayInputStream(packed.body()))) {
      assertThat(in.readAllBytes()).isEqualTo(plain.body());
    }
    var refused = get(path.replace("step=1&", "step=1&timeout=0&"), Map.of());
    assertThat(refused.status()).isEqualTo(400);
  }

  @Test
  void administrationIsOffAndSaysSo() {
    for (var call : List.of("delete_series?match%5B%5D=up", "clean_tombstones", "snapshot")) {
      var answer = call("PUT", "/api/v1/admin/tsdb/" + call, Map.of());
      assertThat(answer.status()).isEqualTo(500);
      assertThat(answer.text())
          .isEqualTo(
              "{\"status\":\"error\",\"errorType\":\"unavailable\",\"error\":\"admin APIs disabled\"}");
    }
  }

  @Test
  void whereAdministrationIsOnSeriesAreDeletedAndSnapshotsTakenWithTheToken() throws Exception {
    close();
    counted = new SelfMetrics();
    var problems = new Problems();
    open(
        MetricsSettings.read(
            Conf.parse("environment.yaml", "admin_api: true", problems), problems));
    metrics.runOnce();
    var token = HttpCalls.bearer("secret");
    assertThat(call("POST", "/api/v1/admin/tsdb/delete_series?match%5B%5D=r1", Map.of()).status())
        .isEqualTo(401);
    assertThat(call("POST", "/api/v1/admin/tsdb/delete_series", token).text())
        .contains("no match[] parameter provided");
    assertThat(call("POST", "/api/v1/admin/tsdb/delete_series?match%5B%5D=r1", token).status())
        .isEqualTo(204);
    var left =
        get(
                "/api/v1/query?query=%7B__name__%3D~%22r%5B12%5D%22%7D&time="
                    + time.now().getEpochSecond(),
                Map.of())
            .text();
    assertThat(left).contains("\"r2\"").doesNotContain("\"r1\"");
    assertThat(call("POST", "/api/v1/admin/tsdb/clean_tombstones", token).status()).isEqualTo(204);
    var name =
        Json.parse(call("PUT", "/api/v1/admin/tsdb/snapshot", token).body())
            .path("data")
            .path("name")
            .asString("");
    assertThat(name).matches("20300101T000000Z-[0-9a-f]{16}");
    assertThat(folder.resolve("tsdb/snapshots").resolve(name)).isDirectory();
    assertThat(call("PUT", "/api/v1/admin/tsdb/snapshot?skip_head=x", token).status())
        .isEqualTo(400);
  }

  @Test
  void ruleGroupsComeInPages() {
    var seen = new ArrayList<String>();
    var next = "";
    int pages = 0;
    do {
      var answer =
          Json.parse(
                  get(
                          "/api/v1/rules?group_limit=2"
                              + (next.isEmpty() ? "" : "&group_next_token=" + next),
                          Map.of())
                      .body())
              .path("data");
      answer.path("groups").forEach(group -> seen.add(group.path("name").asString("")));
      next = answer.path("groupNextToken").asString("");
      pages++;
    } while (!next.isEmpty());
    assertThat(seen).containsExactly("g0", "g1", "g2", "g3", "g4");
    assertThat(pages).isEqualTo(3);
  }

  @Test
  void aQueryTellsWhatItReadWhenAsked() throws Exception {
    metrics.runOnce();
    time.forward(Duration.ofSeconds(15));
    metrics.runOnce();
    var at = "&time=" + time.now().getEpochSecond();
    var stats =
        Json.parse(
                get("/api/v1/query?stats=all&query=sum_over_time(r1%5B1m%5D)" + at, Map.of())
                    .body())
            .path("data")
            .path("stats");
    assertThat(stats.path("samples").path("totalQueryableSamples").asInt(-1)).isEqualTo(2);
    assertThat(stats.path("samples").path("seriesTouched").asInt(-1)).isEqualTo(1);
    assertThat(stats.path("timings").path("execTotalTime").asDouble(-1)).isPositive();
    assertThat(get("/api/v1/query?query=1", Map.of()).text()).doesNotContain("stats");
  }

  @Test
  void whatIsRecordedIsFederated() throws Exception {
    metrics.runOnce();
    assertThat(get("/federate?match%5B%5D=%7B__name__%3D~%22r%5B12%5D%22%7D", Map.of()).text())
        .isEqualTo(
            """
                # TYPE r1 untyped
                r1{env="dev",instance=""} 1 1893456000000
                # TYPE r2 untyped
                r2{env="dev",instance=""} 2 1893456000000
                """);
    time.forward(Duration.ofMinutes(5));
    assertThat(get("/federate?match%5B%5D=r1", Map.of()).text()).isEmpty();
    assertThat(get("/federate?match%5B%5D=%28", Map.of()).status()).isEqualTo(400);
  }

  @Test
  void callsCountUnderPrometheussNames() {
    get("/api/v1/query?query=1", Map.of());
    get("/api/v1/query?query=(", Map.of());
    get("/api/v1/label/job/values", Map.of());
    assertThat(own())
        .contains(
            "prometheus_http_requests_total{code=\"200\",handler=\"/api/v1/query\"} 1.0",
            "prometheus_http_requests_total{code=\"400\",handler=\"/api/v1/query\"} 1.0",
            "prometheus_engine_query_duration_seconds_count{slice=\"inner_eval\"} 1",
            "prometheus_engine_query_duration_seconds_count{slice=\"prepare_time\"} 1",
            "prometheus_engine_query_duration_seconds_count{slice=\"queue_time\"} 1",
            "prometheus_http_requests_total{code=\"200\",handler=\"/api/v1/label/:name/values\"} 1.0",
            "prometheus_engine_queries 0.0",
            "prometheus_engine_queries_concurrent_max 20.0",
            "prometheus_build_info{");
  }

  private String own() {
    return calls.get(URI.create(server.uri() + "/self/metrics")).text();
  }

  /// As users type it with curl; the JDK's client rejects it.
  @Test
  void bracketsNeedNoEscape() throws Exception {
    try (var socket = new Socket("127.0.0.1", server.port())) {
      socket
          .getOutputStream()
          .write(
              "GET /prometheus/api/v1/labels?match[]=up HTTP/1.1\r\nHost: localhost\r\n\r\n"
                  .getBytes(StandardCharsets.UTF_8));
      var answer =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
      assertThat(answer.readLine()).isEqualTo("HTTP/1.1 200 OK");
    }
  }

  @Test
  void configurationsAndJobsAreCounted() throws Exception {
    assertThat(own())
        .contains(
            "prometheus_config_last_reload_successful 1.0",
            "prometheus_config_last_reload_success_timestamp_seconds 1.893456E9")
        .doesNotContain("prometheus_sd_discovered_targets{");
    time.forward(Duration.ofMinutes(1));
    var bad = metrics.reload(new MetricsConfig.TextFile("scrape.yaml", "jobs: []"), List.of());
    assertThat(bad.isEmpty()).isFalse();
    assertThat(own())
        .contains(
            "prometheus_config_last_reload_successful 0.0",
            "prometheus_config_last_reload_success_timestamp_seconds 1.893456E9");
    var jobs =
        """
                scrape_configs:
                - job_name: a
                  target_limit: 5
                  static_configs: [{targets: ['127.0.0.1:1', '127.0.0.1:2', 'no host:3']}]
                  relabel_configs: [{source_labels: [__address__], regex: '.*:2', action: drop}]
                - job_name: b
                """;
    metrics.reload(new MetricsConfig.TextFile("scrape.yaml", jobs), List.of());
    assertThat(own())
        .contains(
            "prometheus_config_last_reload_successful 1.0",
            "prometheus_config_last_reload_success_timestamp_seconds 1.89345606E9",
            "prometheus_sd_discovered_targets{config=\"a\",name=\"scrape\"} 3.0",
            "prometheus_sd_discovered_targets{config=\"b\",name=\"scrape\"} 0.0",
            "prometheus_target_scrape_pool_targets{scrape_job=\"a\"} 1.0",
            "prometheus_target_scrape_pool_target_limit{scrape_job=\"a\"} 5.0",
            "prometheus_target_scrape_pool_sync_total{scrape_job=\"a\"} 1.0",
            "prometheus_target_sync_failed_total{scrape_job=\"a\"} 1.0",
            "prometheus_target_sync_failed_total{scrape_job=\"b\"} 0.0",
            "prometheus_target_sync_length_seconds_count{scrape_job=\"a\"} 1");
    metrics.reload(new MetricsConfig.TextFile("scrape.yaml", ""), List.of());
    assertThat(own()).doesNotContain("scrape_job=\"a\"", "config=\"a\"");
  }

  @Test
  void rulesCountUnderPrometheussNames() throws Exception {
    metrics.runOnce();
    metrics.runOnce();
    assertThat(own())
        .contains(
            "prometheus_rule_evaluations_total{rule_group=\"rules.yaml;g1\"} 2.0",
            "prometheus_rule_evaluation_failures_total{rule_group=\"rules.yaml;g1\"} 0.0",
            "prometheus_rule_group_iterations_total{rule_group=\"rules.yaml;g1\"} 2.0",
            "prometheus_rule_group_iterations_missed_total{rule_group=\"rules.yaml;g1\"} 0.0",
            "prometheus_rule_group_rules{rule_group=\"rules.yaml;g1\"} 1.0",
            "prometheus_rule_group_last_evaluation_samples{rule_group=\"rules.yaml;g1\"} 1.0",
            "prometheus_rule_group_interval_seconds{rule_group=\"rules.yaml;g1\"} 15.0",
            "prometheus_notifications_queue_length 0.0",
            "prometheus_notifications_alertmanagers_discovered 0.0");
    metrics.reload(new MetricsConfig.TextFile("scrape.yaml", ""), List.of());
    assertThat(own()).doesNotContain("rules.yaml;g1");
  }
}
