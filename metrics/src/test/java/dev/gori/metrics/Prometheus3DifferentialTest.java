package dev.gori.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.gori.base.conf.Conf;
import dev.gori.base.conf.Problems;
import dev.gori.base.json.Json;
import dev.gori.http.ClientResponse;
import dev.gori.http.HttpCalls;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// The same target, samples and rules in Gori and in a Prometheus 3: every call with good and bad
/// parameters gives the same status, body and headers, except for times and host names.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class Prometheus3DifferentialTest {

  private static final String RULES =
      """
            groups:
              - name: first
                rules:
                  - record: path:requests:sum
                    expr: sum by (path) (requests_total)
                  - alert: Always
                    expr: vector(2) > 1
                    labels: {severity: warning}
                    annotations: {summary: 'is {{ $value }}'}
                  - alert: Later
                    expr: up{job="j"} == 0
                    for: 1h
                    keep_firing_for: 5m
              - name: second
                interval: 2s
                limit: 5
                rules:
                  - record: broken
                    expr: label_replace(requests_total, "path", "", "path", ".*")
              - name: third
                rules:
                  - record: one
                    expr: vector(1)
                    labels: {kind: recorded}
            """;

  private static final String SHOWN =
      """
            # HELP shop_orders Orders that were "taken" \\\\ and more.
            # TYPE shop_orders counter
            shop_orders{noise="x",kind="new"} 5
            # HELP shop_seconds How long.
            # TYPE shop_seconds histogram
            shop_seconds_bucket{le="0.1"} 1
            shop_seconds_bucket{le="+Inf"} 2
            shop_seconds_sum 3.5
            shop_seconds_count 2
            # TYPE shop_open gauge
            shop_open 1
            """;

  /// Target labels before relabelling that only Prometheus has.
  private static final List<String> ONLY_THERE =
      List.of(
          "__always_scrape_classic_histograms__",
          "__convert_classic_histograms_to_nhcb__",
          "__scrape_native_histograms__");

  private static final List<String> NOT_HERE =
      List.of(
          "api.openapi_3.1",
          "api.openapi_3.2",
          "api.search_fuzz_alg_jarowinkler",
          "api.search_fuzz_alg_subsequence",
          "prometheus.stringlabels",
          "tsdb.xor2_encoding",
          "ui.ui_v3");

  private final HttpCalls calls = HttpCalls.within(Duration.ofSeconds(20));
  private final long now = System.currentTimeMillis() / 15_000 * 15_000;
  private FakeTarget target;
  private RealPrometheus real;
  private MetricsServerRig ours;

  @BeforeAll
  void open(@TempDir Path folder, @TempDir Path own) throws Exception {
    var program = RealPrometheus.three();
    target = FakeTarget.start();
    target.text = SHOWN;
    var scrape = scrapeConfig(target.address());
    Files.writeString(folder.resolve("prometheus.yml"), scrape + "rule_files: [rules.yaml]\n");
    Files.writeString(folder.resolve("rules.yaml"), RULES);
    real = RealPrometheus.start(program, folder, calls, RealPrometheus.freePort(), List.of());
    openOurs(scrape, folder.resolve("rules.yaml").toString(), own);
    for (var to : List.of(real.url(), ourUrl())) {
      for (var series : List.of(SharedSamples.upTo(now), SharedSamples.histogramsUpTo(now))) {
        assertThat(RealPrometheus.push(to, series, calls).text()).isEmpty();
      }
    }
    ours.role().runOnce();
    await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () ->
                text("rules").contains("\"health\":\"err\"")
                    && text("query?query=ALERTS").contains("firing")
                    && text("targets").contains("\"health\":\"up\""));
    ours.role().runOnce();
  }

  private String text(String call) {
    return calls.get(URI.create(real.url() + "/api/v1/" + call)).text();
  }

  private void openOurs(String scrape, String rules, Path own) throws IOException {
    var problems = new Problems();
    ours =
        new MetricsServerRig(
            MetricsSettings.read(
                Conf.parse("environment.yaml", "cors_origin: '.*'", problems), problems),
            scrape,
            List.of(new MetricsConfig.TextFile(rules, RULES)),
            own);
  }

  private static String scrapeConfig(String address) {
    return """
        global: {scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s, external_labels: {env: dev}}
        scrape_configs:
        - job_name: shop
          static_configs:
          - targets: ['%s']
            labels: {zone: a}
          - targets: ['gone:1']
            labels: {drop: 'yes'}
          relabel_configs:
          - source_labels: [drop]
            regex: 'yes'
            action: drop
          - source_labels: [zone]
            target_label: area
            replacement: 'in-$1'
          metric_relabel_configs:
          - {action: labeldrop, regex: noise}
        - job_name: empty
        - job_name: rich
          honor_labels: true
          honor_timestamps: false
          scrape_interval: 1h
          params: {match: ['a b', '*c'], x: ['1']}
          scrape_protocols: [PrometheusText0.0.4]
          fallback_scrape_protocol: PrometheusText0.0.4
          metrics_path: /m
          scheme: https
          enable_compression: false
          sample_limit: 7
          target_limit: 8
          label_limit: 9
          label_name_length_limit: 10
          label_value_length_limit: 11
          keep_dropped_targets: 12
          native_histogram_bucket_limit: 13
          basic_auth: {username: me, password: hidden}
          tls_config: {insecure_skip_verify: true, server_name: other}
          follow_redirects: false
          relabel_configs:
          - {action: hashmod, source_labels: [a, b], modulus: 8, target_label: c, separator: '|'}
          - {action: labelmap, regex: 'meta_(.+)', replacement: 'x_$1'}
          - {action: keep, source_labels: [a], regex: 'yes: #no'}
          file_sd_configs:
          - files: [/nowhere/*.json]
            refresh_interval: 3m
        - job_name: 'bearer: 1'
          authorization: {credentials: hidden}
          static_configs: []
        """
        .formatted(address);
  }

  private URI ourUrl() {
    return ours.url();
  }

  @AfterAll
  void close() {
    Stream.of(ours, real, target, calls)
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

  /// One per line: the method and the path, then the form if there is one.
  static Stream<String> asked() throws IOException {
    return lines("calls.txt");
  }

  private static Stream<String> lines(String file) throws IOException {
    return Files.readAllLines(Path.of("src/test/resources/dev/gori/metrics", file)).stream()
        .filter(line -> !line.isBlank() && !line.startsWith("#"));
  }

  @ParameterizedTest
  @MethodSource("asked")
  void theAnswerIsTheSame(String call) {
    assertThat(shown(ask(ourUrl(), call))).isEqualTo(shown(ask(real.url(), call)));
  }

  /// One query per line.
  static Stream<String> parsed() throws IOException {
    return lines("queries.txt");
  }

  @ParameterizedTest
  @MethodSource("parsed")
  void theTreeIsTheSame(String line) {
    boolean bad = line.startsWith("!");
    var query = bad ? line.substring(1) : line;
    var call = "GET parse_query?query=" + URLEncoder.encode(query, StandardCharsets.UTF_8);
    assertThat(ask(ourUrl(), call).status()).isEqualTo(bad ? 400 : 200);
    assertThat(shown(ask(ourUrl(), call))).isEqualTo(shown(ask(real.url(), call)));
  }

  static Stream<Arguments> federated() {
    var message =
        "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited";
    return Stream.of("requests_total", "odd", "gone", "native", "custom", "dotted.name", "nothing")
        .flatMap(
            metric ->
                Stream.of(
                        "",
                        "text/plain;version=0.0.4;escaping=allow-utf-8",
                        message + ";q=0.6,text/plain;q=0.5",
                        message + ";escaping=allow-utf-8",
                        "application/openmetrics-text;q=0.9,text/plain;q=0.1,"
                            + message
                            + ";q=0.05")
                    .map(accept -> Arguments.of(metric, accept)));
  }

  @ParameterizedTest
  @MethodSource("federated")
  void theSameBytesAreFederated(String metric, String accept) {
    var path = "/federate?match%5B%5D=%7B__name__=%22" + metric + "%22%7D";
    var wanted = calls.get(URI.create(real.url() + path), Map.of("Accept", accept));
    var got = calls.get(URI.create(ourUrl() + path), Map.of("Accept", accept));
    assertThat(got.status()).isEqualTo(wanted.status());
    assertThat(got.header("content-type")).isEqualTo(wanted.header("content-type"));
    assertThat(got.text()).isEqualTo(wanted.text());
    assertThat(got.body()).isEqualTo(wanted.body());
  }

  @Test
  void thePrometheusReadsRemotelyWhatIsHere(@TempDir Path other) throws Exception {
    Files.writeString(
        other.resolve("prometheus.yml"),
        """
                global: {external_labels: {env: dev}}
                remote_read: [{url: '%s/api/v1/read', read_recent: true}]
                """
            .formatted(ourUrl()));
    try (var reader =
        RealPrometheus.start(
            RealPrometheus.three(), other, calls, RealPrometheus.freePort(), List.of())) {
      for (var query :
          List.of(
              "requests_total",
              "rate(requests_total%5B89s%5D)",
              "odd",
              "gone%5B2m%5D",
              "native%5B2m%5D",
              "rate(native%5B3m%5D)",
              "histogram_quantile(0.9,custom)",
              "custom",
              "nothing")) {
        var call = "GET query?time=NOW&query=" + query;
        assertThat(shown(ask(reader.url(), call)))
            .as(query)
            .isEqualTo(shown(ask(real.url(), call)));
      }
    }
  }

  /// Metrics in the dashboards and alerts for Prometheus itself.
  static Stream<String> shownOfItself() {
    return Stream.of(
        "prometheus_config_last_reload_success_timestamp_seconds",
        "prometheus_config_last_reload_successful",
        "prometheus_engine_queries",
        "prometheus_engine_queries_concurrent_max",
        "prometheus_engine_query_duration_seconds",
        "prometheus_http_request_duration_seconds",
        "prometheus_http_requests_total",
        "prometheus_notifications_alertmanagers_discovered",
        "prometheus_notifications_queue_capacity",
        "prometheus_ready",
        "prometheus_rule_evaluation_duration_seconds",
        "prometheus_rule_evaluation_failures_total",
        "prometheus_rule_evaluations_total",
        "prometheus_rule_group_duration_seconds",
        "prometheus_rule_group_interval_seconds",
        "prometheus_rule_group_iterations_missed_total",
        "prometheus_rule_group_iterations_total",
        "prometheus_rule_group_last_duration_seconds",
        "prometheus_rule_group_last_evaluation_samples",
        "prometheus_rule_group_last_evaluation_timestamp_seconds",
        "prometheus_rule_group_rules",
        "prometheus_sd_discovered_targets",
        "prometheus_target_interval_length_seconds",
        "prometheus_target_scrape_pool_exceeded_label_limits_total",
        "prometheus_target_scrape_pool_exceeded_target_limit_total",
        "prometheus_target_scrape_pool_sync_total",
        "prometheus_target_scrape_pool_target_limit",
        "prometheus_target_scrape_pool_targets",
        "prometheus_target_scrapes_exceeded_body_size_limit_total",
        "prometheus_target_scrapes_exceeded_native_histogram_bucket_limit_total",
        "prometheus_target_scrapes_exceeded_sample_limit_total",
        "prometheus_target_scrapes_exemplar_out_of_order_total",
        "prometheus_target_scrapes_sample_duplicate_timestamp_total",
        "prometheus_target_scrapes_sample_out_of_bounds_total",
        "prometheus_target_scrapes_sample_out_of_order_total",
        "prometheus_target_sync_length_seconds");
  }

  @ParameterizedTest
  @MethodSource("shownOfItself")
  void theSameIsShownOfItself(String name) {
    var call = "GET status/self_metrics?metric_name_pattern=" + name;
    assertThat(kind(ask(ourUrl(), call)))
        .isEqualTo(kind(ask(real.url(), call)))
        .doesNotContain("none");
  }

  /// The type of a metric family and the names of its labels.
  private static String kind(ClientResponse answer) {
    var family = Json.parse(answer.body()).path("data").path(0);
    var labels = new TreeSet<String>();
    family
        .path("metric")
        .path(0)
        .path("label")
        .forEach(label -> labels.add(label.path("name").asString("")));
    return family.path("type").asString("none") + labels;
  }

  /// Every missing feature is listed here.
  @Test
  void theSameFeaturesAreNamed() {
    var theirs = Json.parse(ask(real.url(), "GET features").body()).path("data");
    var ours = Json.parse(ask(ourUrl(), "GET features").body()).path("data");
    var missing = new TreeSet<String>();
    for (var kind : theirs.properties()) {
      for (var feature : kind.getValue().properties()) {
        var here = ours.path(kind.getKey()).path(feature.getKey());
        if (here.isMissingNode()) {
          missing.add(kind.getKey() + "." + feature.getKey() + " is not named");
        } else if (feature.getValue().asBoolean() && !here.asBoolean()) {
          missing.add(kind.getKey() + "." + feature.getKey());
        }
      }
    }
    assertThat(missing).isSubsetOf(NOT_HERE);
  }

  private ClientResponse ask(URI base, String call) {
    var words =
        call.replace("NOW", String.valueOf(now / 1000))
            .replace("START", String.valueOf(now / 1000 - 240))
            .split(" ", -1);
    var form = words.length > 2 ? words[2] : "";
    return calls.call(
        words[0],
        URI.create(base + "/api/v1/" + words[1]),
        "application/x-www-form-urlencoded",
        form.getBytes(StandardCharsets.UTF_8),
        Map.of("Origin", "http://page.example"));
  }

  private static String shown(ClientResponse answer) {
    var headers =
        Stream.of(
                "content-type",
                "access-control-allow-origin",
                "access-control-expose-headers",
                "vary",
                "allow",
                "cache-control")
            .map(name -> name + ": " + all(answer, name))
            .toList();
    boolean json = answer.header("content-type").orElse("").startsWith("application/json");
    return headers
        + "\n"
        + (json
            ? NormalizedAnswer.shown(answer, ONLY_THERE)
            : answer.status() + "\n" + answer.text());
  }

  private static List<String> all(ClientResponse answer, String name) {
    return answer.headers().getOrDefault(name, List.of()).stream()
        .filter(value -> !value.equals("Accept-Encoding"))
        .sorted()
        .toList();
  }
}
