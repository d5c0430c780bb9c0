package dev.gori.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gori.base.conf.Problems;
import dev.gori.base.observe.SelfMetrics;
import dev.gori.clients.PrometheusClient;
import dev.gori.http.HttpCalls;
import dev.gori.http.HttpServer;
import dev.gori.kernel.disk.Disk;
import dev.gori.metrics.scrape.ConfigDirectory;
import dev.gori.testkit.ExternalTools;
import dev.gori.testkit.Golden;
import dev.gori.testkit.ManualClock;
import dev.gori.testkit.NoLeaks;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/// The role as a whole: a real target, a real port, a manual clock.
@ExtendWith(NoLeaks.class)
final class MetricsTest {

  private static final String RULES =
      """
            groups:
              - name: g
                rules:
                  - record: job:requests:sum
                    expr: sum by (job) (requests_total)
                    labels: {kind: recorded}
                  - alert: TooMany
                    expr: job:requests:sum > 10
                    for: 30s
                    labels: {severity: warning}
                    annotations: {summary: '{{ $labels.job }} has {{ $value }}, {{ $value | humanize }}'}
            """;

  @TempDir Path folder;

  private final ManualClock time = new ManualClock();
  private final HttpCalls calls = HttpCalls.within(Duration.ofSeconds(10));
  private FakeTarget target;
  private HttpServer face;
  private Metrics metrics;

  @BeforeEach
  void open() throws IOException {
    target = FakeTarget.start();
    target.text = "requests_total{path=\"/a\"} 4\nrequests_total{path=\"/b\"} 3\n";
    metrics = openMetrics("");
    face = HttpServer.open("127.0.0.1", 0, HttpServer.Limits.OPEN);
    face.mount(metrics.mounts());
  }

  private Metrics openMetrics(String more) throws IOException {
    var config =
        new MetricsConfig(
            scrape(more),
            List.of(new MetricsConfig.TextFile("rules.yaml", RULES)),
            Optional.of(URI.create(target.url())),
            Optional.empty(),
            URI.create("http://gori/prometheus"));
    return Metrics.open(
        MetricsSettings.DEFAULTS,
        config,
        time,
        Disk.local(),
        folder,
        LoggerFactory.getLogger("metrics"),
        new SelfMetrics());
  }

  private MetricsConfig.TextFile scrape(String more) {
    return new MetricsConfig.TextFile(
        "scrape.yaml",
        """
                global: {external_labels: {env: dev}}
                scrape_configs:
                - job_name: app
                  static_configs:
                  - targets: ['%s']
                    labels: {namespace: serving-dev}
                %s"""
            .formatted(target.address(), more.indent(2)));
  }

  @AfterEach
  void close() {
    face.close();
    metrics.close();
    target.close();
    calls.close();
  }

  private void round() throws InterruptedException {
    metrics.runOnce();
    time.forward(Duration.ofSeconds(15));
  }

  private String api(String call) {
    return calls
        .get(URI.create(face.uri() + "/prometheus/api/v1/" + call))
        .text()
        .replace(target.address(), "TARGET");
  }

  private String query(String promql) {
    return api(
        "query?time="
            + time.now().getEpochSecond()
            + "&query="
            + URLEncoder.encode(promql, StandardCharsets.UTF_8));
  }

  private PrometheusClient.Outcome ask(String promql) {
    return new PrometheusClient(URI.create(face.uri() + "/prometheus"), Duration.ofSeconds(10))
        .instant(promql, time.now());
  }

  private double value(String promql) {
    return ask(promql) instanceof PrometheusClient.Outcome.Answer answer
        ? answer.value()
        : Double.NaN;
  }

  @Test
  void aScrapeIsStoredWithWhatIsKnownOfIt() throws Exception {
    round();
    assertThat(query("requests_total"))
        .isEqualTo(
            """
                {"status":"success","data":{"resultType":"vector","result":[\
                {"metric":{"__name__":"requests_total","instance":"TARGET","job":"app","namespace":"serving-dev","path":"/a"},"value":[1893456015,"4"]},\
                {"metric":{"__name__":"requests_total","instance":"TARGET","job":"app","namespace":"serving-dev","path":"/b"},"value":[1893456015,"3"]}]}}""");
    assertThat(value("up")).isEqualTo(1);
    assertThat(value("scrape_samples_scraped")).isEqualTo(2);
    assertThat(value("scrape_series_added")).isEqualTo(2);
    round();
    assertThat(value("scrape_series_added")).isZero();
    assertThat(value("scrape_duration_seconds")).isPositive();
  }

  @Test
  void aSeriesThatVanishesEndsAtOnceAndATargetThatFailsIsDown() throws Exception {
    round();
    target.text = "requests_total{path=\"/a\"} 5\n";
    round();
    assertThat(value("count(requests_total)")).isEqualTo(1);
    target.status = 500;
    round();
    assertThat(ask("requests_total")).isInstanceOf(PrometheusClient.Outcome.NoData.class);
    assertThat(value("up")).isZero();
    assertThat(api("targets?state=active"))
        .contains("\"lastError\":\"server returned HTTP status 500\"", "\"health\":\"down\"");
    target.status = 200;
    target.text = "requests_total 5\nbroken\n";
    round();
    assertThat(value("up")).isZero();
    assertThat(api("targets")).contains("line 2: the line's end (expected: a value)");
  }

  @Test
  void aTargetThatLeavesTheConfigurationEnds() throws Exception {
    round();
    assertThat(
            metrics
                .reload(new MetricsConfig.TextFile("scrape.yaml", "scrape_configs: []"), List.of())
                .all())
        .isEmpty();
    assertThat(ask("up")).isInstanceOf(PrometheusClient.Outcome.NoData.class);
    assertThat(ask("requests_total")).isInstanceOf(PrometheusClient.Outcome.NoData.class);
  }

  @Test
  void limitsAndRelabellingHold() throws Exception {
    metrics.close();
    metrics =
        openMetrics(
            """
                honor_labels: false
                sample_limit: 1
                basic_auth: {username: u, password: p}
                metric_relabel_configs:
                - {source_labels: [path], regex: /b, action: drop}
                """);
    face.mount(metrics.mounts());
    target.text = "requests_total{path=\"/a\",job=\"own\"} 4\nrequests_total{path=\"/b\"} 3\n";
    round();
    assertThat(value("requests_total{exported_job=\"own\",job=\"app\"}")).isEqualTo(4);
    assertThat(value("scrape_samples_post_metric_relabeling")).isEqualTo(1);
    assertThat(target.authorizations).contains("Basic dTpw");
    target.text = "requests_total 1\nother 2\n";
    round();
    assertThat(value("up")).isZero();
    assertThat(api("targets")).contains("sample_limit exceeded: 2 samples (expected: at most 1)");
  }

  @Test
  void rulesRecordAndAlertAndResolve() throws Exception {
    round();
    assertThat(value("job:requests:sum{kind=\"recorded\",job=\"app\"}")).isEqualTo(7);
    target.text = "requests_total{path=\"/a\"} 2000\n";
    round();
    assertThat(value("ALERTS{alertname=\"TooMany\",alertstate=\"pending\"}")).isEqualTo(1);
    assertThat(target.alerts).isEmpty();
    round();
    round();
    assertThat(value("ALERTS{alertstate=\"firing\",severity=\"warning\"}")).isEqualTo(1);
    assertThat(ask("ALERTS{alertstate=\"pending\"}"))
        .isInstanceOf(PrometheusClient.Outcome.NoData.class);
    assertThat(target.alerts)
        .singleElement()
        .asString()
        .contains(
            "\"summary\":\"app has 2000, 2k\"",
            "\"alertname\":\"TooMany\"",
            "\"env\":\"dev\"",
            "\"startsAt\":\"2030-01-01T00:00:45Z\"",
            "http://gori/prometheus/graph?g0.expr=job%3Arequests%3Asum+%3E+10&g0.tab=1");
    assertThat(api("alerts")).contains("\"state\":\"firing\"", "\"value\":\"2e+03\"");
    target.text = "requests_total{path=\"/a\"} 2\n";
    round();
    assertThat(target.alerts)
        .hasSize(2)
        .last()
        .asString()
        .contains("\"endsAt\":\"2030-01-01T00:01:00Z\"");
    assertThat(ask("ALERTS")).isInstanceOf(PrometheusClient.Outcome.NoData.class);
  }

  @Test
  void everyAlertmanagerOfTheFileIsToldInItsOwnLabels() throws Exception {
    try (var second = FakeTarget.start()) {
      var file =
          new MetricsConfig.TextFile(
              "scrape.yaml",
              """
                    global: {external_labels: {env: dev, replica: a}}
                    alerting:
                      alert_relabel_configs:
                      - {action: labeldrop, regex: replica}
                      - {source_labels: [alertname], regex: Quiet, action: drop}
                      alertmanagers:
                      - static_configs: [{targets: ['%s']}]
                    """
                  .formatted(second.address()));
      var rules =
          new MetricsConfig.TextFile(
              "r.yaml",
              "groups: [{name: g, rules: [{alert: Loud, expr: vector(1)}, {alert: Quiet, expr: vector(1)}]}]");
      assertThat(metrics.reload(file, List.of(rules)).all()).isEmpty();
      second.alertStatus = 503;
      round();
      assertThat(target.alerts)
          .singleElement()
          .asString()
          .contains("Loud", "\"env\":\"dev\"")
          .doesNotContain("Quiet", "replica");
      assertThat(second.alerts).isEmpty();
      second.alertStatus = 200;
      round();
      assertThat(second.alerts).singleElement().isEqualTo(target.alerts.getFirst());
      assertThat(api("alertmanagers")).contains(second.url() + "/api/v2/alerts");
      var wrong =
          metrics.reload(
              new MetricsConfig.TextFile(
                  "scrape.yaml",
                  "alerting: {alertmanagers: [{scheme: ftp, kubernetes_sd_configs: []}]}"),
              List.of());
      assertThat(wrong.all()).hasSize(2);
    }
  }

  @Test
  void alertsWaitForAnAlertmanagerThatIsAway() throws Exception {
    target.alertStatus = 503;
    target.text = "requests_total 2000\n";
    for (int i = 0; i < 4; i++) {
      round();
    }
    assertThat(target.alerts).isEmpty();
    target.alertStatus = 200;
    round();
    assertThat(target.alerts).isNotEmpty();
  }

  @Test
  void everythingIsThereAfterARestart() throws Exception {
    round();
    metrics.close();
    metrics = openMetrics("");
    face.mount(metrics.mounts());
    assertThat(value("sum(requests_total)")).isEqualTo(7);
    round();
    assertThat(value("count_over_time(up[1m])")).isEqualTo(2);
  }

  @Test
  void everyProblemOfTheFilesIsSaidAndNothingChanges() throws Exception {
    var rules =
        new MetricsConfig.TextFile(
            "bad.yaml",
            """
                groups:
                  - name: a
                    rules:
                      - alert: A
                        expr: rate(x)
                      - record: bad name
                        expr: sum(
                      - alert: B
                        expr: up
                        annotations: {x: '{{ nope }}'}
                """);
    var problems = metrics.reload(scrape("sampel_limit: 3\n"), List.of(rules));
    assertThat(String.join("\n", problems.all()))
        .contains("scrape.yaml:7", "'sampel_limit'", "bad.yaml:5", "bad.yaml:7", "bad.yaml:10");
    assertThat(api("rules")).contains("TooMany");
    var checked = new Problems();
    Metrics.check(
        MetricsSettings.DEFAULTS,
        new MetricsConfig.TextFile("scrape.yaml", ""),
        ConfigDirectory.closed(folder, "dev"),
        List.of(rules),
        checked);
    assertThat(checked.all()).hasSizeGreaterThanOrEqualTo(4);
    metrics.close();
    assertThatThrownBy(() -> openMetrics("scheme: ftp\n")).hasMessageContaining("http or https");
  }

  @Test
  void answersHaveTheShapeOfTheOriginal() throws Exception {
    target.text =
        "# HELP requests_total All of them.\n# TYPE requests_total counter\n" + target.text;
    round();
    round();
    var shapes = new StringBuilder();
    long now = time.now().getEpochSecond();
    for (var call :
        List.of(
            "query?query=1",
            "query?query=%22text%22",
            "query?query=up%5B1m%5D",
            "query?query=vector(0.1)",
            "query?query=1%2F0",
            "query?query=rate(up)",
            "query?query=",
            "query?query=up&time=x",
            "query?query=up%20%2B%20on()%20requests_total",
            "query_range?query=sum(requests_total)&start=%d&end=%d&step=15"
                .formatted(now - 30, now),
            "query_range?query=up&start=10&end=5&step=1",
            "query_range?query=up&start=5&end=10&step=0",
            "query_range?query=up&start=0&end=20000&step=1",
            "series?match%5B%5D=requests_total",
            "series",
            "labels",
            "label/path/values",
            "label/job/values?match%5B%5D=up",
            "targets?state=active",
            "metadata",
            "targets/metadata?metric=requests_total",
            "rules",
            "alerts",
            "alertmanagers",
            "status/buildinfo",
            "status/flags",
            "status/config",
            "status/tsdb",
            "format_query?query=sum(up)by(job)",
            "nothing",
            "query?query=requests_total&limit=1",
            "query_range?query=requests_total&limit=1&start=%d&end=%d&step=30"
                .formatted(now - 30, now),
            "query?query=up&timeout=-1s",
            "query?query=up&limit=-1",
            "query?query=up&limit=x",
            "query?query=up&lookback_delta=x",
            "parse_query?query=sum%20by%20(job)%20(rate(up%7Bjob%3D~%22a.*%22%7D%5B5m%5D%20offset%201m))%20%2F%20on(job)%20group_left()%20topk(1%2C-up%20%40%20end())",
            "parse_query?query=(max_over_time(up%5B1h%3A5m%5D%20%40%201.5)%20%3E%20bool%201)%20or%20%22a%22",
            "parse_query?query=up%7B",
            "query_exemplars?query=up&start=%d&end=%d".formatted(now - 30, now),
            "query_exemplars?query=1&start=1&end=2",
            "query_exemplars?query=up&start=2&end=1",
            "rules?group_limit=1",
            "rules?group_next_token=x",
            "rules?group_limit=1&group_next_token=x",
            "rules?group_limit=0",
            "rules?type=x",
            "metadata?limit_per_metric=1&limit=1",
            "status/tsdb?limit=1",
            "status/tsdb?limit=0",
            "status/tsdb?limit=10001",
            "status/walreplay",
            "notifications",
            "series?match%5B%5D=%7B%7D",
            "labels?start=2&end=1",
            "label/a.b/values?limit=-1")) {
      var answer =
          call.startsWith("query?") && !call.contains("time=")
              ? api(call + "&time=" + now)
              : api(call);
      shapes
          .append(
              call.replace(String.valueOf(now), "NOW").replace(String.valueOf(now - 30), "NOW-30"))
          .append('\n')
          .append(steady(answer))
          .append("\n\n");
    }
    Golden.matches("metrics/api.txt", shapes.toString());
  }

  private static String steady(String json) {
    return json.replaceAll("(\"(lastScrapeDuration|evaluationTime)\"):[0-9.E-]+", "$1:SECONDS")
        .replaceAll("Java \\d+", "Java N")
        .replaceAll("\"instance\",\"value\":1[0-9]\\}", "\"instance\",\"value\":N}")
        .replaceAll("\"journalBytes\":\\d+", "\"journalBytes\":N");
  }

  @Test
  void theMachineShowsItself() {
    var text = calls.get(URI.create(face.uri() + "/metrics/node")).text();
    assertThat(text)
        .contains(
            "node_cpu_seconds_total{cpu=\"0\",mode=\"user\"}",
            "node_memory_MemTotal_bytes ",
            "node_memory_MemAvailable_bytes ",
            "node_load1 ",
            "node_boot_time_seconds ",
            "process_cpu_seconds_total ",
            "process_resident_memory_bytes ",
            "node_network_receive_bytes_total{");
  }

  @Test
  void twoEnvironmentsNeverMix(@TempDir Path other) throws Exception {
    round();
    var config =
        new MetricsConfig(
            new MetricsConfig.TextFile("s", ""),
            List.of(),
            Optional.empty(),
            Optional.empty(),
            URI.create("http://prod"));
    try (var prod =
            Metrics.open(
                MetricsSettings.DEFAULTS,
                config,
                time,
                Disk.local(),
                other,
                LoggerFactory.getLogger("prod"),
                new SelfMetrics());
        var prodFace = HttpServer.open("127.0.0.1", 0, HttpServer.Limits.OPEN)) {
      prodFace.mount(prod.mounts());
      var client =
          new PrometheusClient(URI.create(prodFace.uri() + "/prometheus"), Duration.ofSeconds(10));
      assertThat(client.instant("{__name__=~\".+\"}", time.now()))
          .isInstanceOf(PrometheusClient.Outcome.NoData.class);
    }
    assertThat(value("count({__name__=~\".+\"})")).isGreaterThan(5);
  }

  @Test
  void promtoolAsks() throws Exception {
    round();
    round();
    var url = face.uri() + "/prometheus";
    long now = time.now().getEpochSecond();
    assertThat(promtool("query", "instant", "--time=" + now, url, "sum(requests_total)"))
        .contains("7 @[" + now);
    assertThat(
            promtool(
                "query",
                "range",
                "--start=" + (now - 15),
                "--end=" + now,
                "--step=15s",
                url,
                "sum(requests_total)"))
        .contains("7 @[");
    assertThat(
            promtool(
                "query",
                "series",
                "--match=requests_total",
                "--start=" + (now - 60),
                "--end=" + now,
                url))
        .contains("path=\"/a\"", "path=\"/b\"");
    assertThat(promtool("query", "labels", "--start=" + (now - 60), "--end=" + now, url, "path"))
        .contains("/a", "/b");
    assertThat(promtool("query", "instant", url, "rate(up)"))
        .contains("expected type range vector");
  }

  private static String promtool(String... arguments) throws Exception {
    var command = new ArrayList<>(List.of(ExternalTools.program("promtool").toString()));
    command.addAll(List.of(arguments));
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    var out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    return out;
  }

  @Test
  void theClientTellsFailureFromNothing() {
    assertThat(ask("up{"))
        .isInstanceOfSatisfying(
            PrometheusClient.Outcome.Failed.class,
            failed -> assertThat(failed.why()).contains("bad_data", "status 400"));
    assertThat(ask("absent_metric")).isInstanceOf(PrometheusClient.Outcome.NoData.class);
    assertThat(ask("vector(0) / vector(0)")).isInstanceOf(PrometheusClient.Outcome.NoData.class);
    var nobody =
        new PrometheusClient(URI.create("http://127.0.0.1:1/prometheus"), Duration.ofSeconds(2));
    assertThat(nobody.instant("up", time.now()))
        .isInstanceOf(PrometheusClient.Outcome.Failed.class);
  }
}
