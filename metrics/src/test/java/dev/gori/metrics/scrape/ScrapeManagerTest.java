package dev.gori.metrics.scrape;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gori.kernel.label.Labels;
import dev.gori.kernel.label.Matcher;
import dev.gori.metrics.schedule.AlignedSchedule;
import dev.gori.testkit.NoLeaks;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.expositionformats.generated.Metrics;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// From the target's response to the stored samples: a real port, a real store, a manual clock.
@ExtendWith(NoLeaks.class)
final class ScrapeManagerTest {

  private static final String OPEN = "application/openmetrics-text; version=1.0.0";

  @TempDir Path folder;

  private RawTarget target;
  private ScrapeRig rig;

  @BeforeEach
  void open() throws IOException {
    target = RawTarget.start();
  }

  @AfterEach
  void close() throws IOException {
    if (rig != null) {
      rig.close();
    }
    target.close();
  }

  private ScrapeRig scraping(String... keys) throws IOException {
    rig = new ScrapeRig(folder, ScrapeRig.job(target, keys));
    return rig;
  }

  record Bad(String name, String keys, RawTarget.Answer answer, String error) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static RawTarget.Answer text(String text) {
    return call -> RawTarget.send(call, "text/plain", "", text.getBytes(StandardCharsets.UTF_8));
  }

  static Stream<Bad> bad() throws IOException {
    var packed = RawTarget.packed("a 1\n".repeat(1) + "b{x=\"" + "y".repeat(200_000) + "\"} 2\n");
    return Stream.of(
        new Bad(
            "a line that is none",
            "",
            text("a 2\nb\nc 3\n"),
            "line 2: the line's end (expected: a value)"),
        new Bad(
            "a page",
            "",
            call ->
                RawTarget.send(call, "text/html", "", "<html>".getBytes(StandardCharsets.UTF_8)),
            "Content-Type 'text/html'"),
        new Bad(
            "no content type",
            "",
            call -> RawTarget.send(call, "", "", "a 2\n".getBytes(StandardCharsets.UTF_8)),
            "Content-Type ''"),
        new Bad(
            "a status",
            "",
            call -> call.sendResponseHeaders(503, -1),
            "server returned HTTP status 503"),
        new Bad(
            "a redirect that is not followed",
            "follow_redirects: false",
            call -> {
              call.getResponseHeaders().set("Location", "/metrics");
              call.sendResponseHeaders(302, -1);
            },
            "server returned HTTP status 302"),
        new Bad(
            "half a packed body",
            "",
            call ->
                RawTarget.send(
                    call, "text/plain", "gzip", Arrays.copyOf(packed, packed.length / 2)),
            "the compressed body is damaged"),
        new Bad(
            "a packed body that is none",
            "",
            call ->
                RawTarget.send(
                    call, "text/plain", "gzip", "a 2\n".getBytes(StandardCharsets.UTF_8)),
            "the compressed body is damaged"),
        new Bad(
            "a body that is too long",
            "body_size_limit: 1KB",
            text("a 2\n".repeat(300)),
            "body_size_limit exceeded: more than 1024 bytes"),
        new Bad(
            "a body that is too long once unpacked",
            "body_size_limit: 10KB",
            call -> RawTarget.send(call, "text/plain", "gzip", packed),
            "body_size_limit exceeded: more than 10240 bytes uncompressed"),
        new Bad(
            "a body that never ends",
            "scrape_interval: 300ms\nscrape_timeout: 200ms",
            call -> {
              call.sendResponseHeaders(200, 0);
              call.getResponseBody().write("a 2\n".getBytes(StandardCharsets.UTF_8));
              call.getResponseBody().flush();
              waits();
            },
            "no complete response within 200 ms (scrape_timeout)"),
        new Bad(
            "a body that ends before it should",
            "",
            call -> {
              call.sendResponseHeaders(200, 1000);
              call.getResponseBody().write("a 2\n".getBytes(StandardCharsets.UTF_8));
              call.getResponseBody().flush();
            },
            "the answer ends after 4 of 1000 bytes"),
        new Bad(
            "half a protobuf message",
            "",
            call ->
                RawTarget.send(
                    call, "application/vnd.google.protobuf", "", new byte[] {20, 10, 1, 'a'}),
            "message 1: "),
        new Bad(
            "no end in OpenMetrics",
            "",
            call -> RawTarget.send(call, OPEN, "", "a 2\n".getBytes(StandardCharsets.UTF_8)),
            "no '# EOF' at the end"),
        new Bad(
            "too many labels",
            "label_limit: 4",
            text("a 2\nb{x=\"1\",y=\"2\"} 3\n"),
            "line 2: label_limit exceeded: b has 5 labels (expected: at most 4)"),
        new Bad(
            "a long label name",
            "label_name_length_limit: 10",
            text("a 2\nb{abcdefghijk=\"1\"} 3\n"),
            "label_name_length_limit exceeded: 'abcdefghijk' of b has 11 bytes (expected: at most 10)"),
        new Bad(
            "a long label value",
            "label_value_length_limit: 20",
            text("a 2\nb{x=\"" + "ä".repeat(11) + "\"} 3\n"),
            "of b has 22 bytes (expected: at most 20)"),
        new Bad(
            "a name that is not plain",
            "metric_name_validation_scheme: legacy",
            text("a 2\n{\"b.c\"} 3\n"),
            "metric_name_validation_scheme is legacy"),
        new Bad(
            "a series that loses its name",
            "metric_relabel_configs: [{regex: __name__, action: labeldrop}]",
            text("a 2\n"),
            "has no metric name after relabelling"),
        new Bad(
            "more samples than allowed",
            "sample_limit: 3",
            text("a 2\nb{x=\"1\"} 1\nb{x=\"2\"} 1\nb{x=\"3\"} 1\nb{x=\"4\"} 1\n"),
            "sample_limit exceeded: 5 samples (expected: at most 3); metric 'b' has most series (2), its label 'x' has most values (2)"));
  }

  /// Blocks until the target is closed.
  private static void waits() {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /// A failed scrape stores no samples, writes stale markers, and sets `up` to 0; the next scrape
  /// works again.
  @ParameterizedTest
  @MethodSource
  void bad(Bad c) throws Exception {
    target.shows("a 1\n");
    scraping(c.keys());
    if (c.keys().contains("__name__")) {
      rig.reload(ScrapeRig.job(target));
    }
    rig.round();
    if (c.keys().contains("__name__")) {
      rig.reload(ScrapeRig.job(target, c.keys()));
    }
    target.answers(c.answer());
    rig.round();
    assertThat(rig.error()).contains(c.error());
    assertThat(rig.all("a")).containsExactly("{} 1.0 stale");
    assertThat(rig.all("up")).containsExactly("{} 1.0 0.0");
    target.shows("a 3\n");
    rig.reload(ScrapeRig.job(target));
    rig.round();
    assertThat(rig.all("a")).containsExactly("{} 1.0 stale 3.0");
    assertThat(rig.error()).isEmpty();
  }

  @Test
  void aTargetThatExplodesIsStoppedAndTheOffenderNamed() throws Exception {
    rig = new ScrapeRig(folder, ScrapeRig.job(target, "sample_limit: 1000"), 100, false);
    target.shows("a 1\n");
    rig.round();
    var exploded = new StringBuilder("a 2\n");
    IntStream.range(0, 500)
        .forEach(
            i ->
                exploded
                    .append("http_requests_total{path=\"/user/")
                    .append(i)
                    .append("\",code=\"200\"} 1\n"));
    target.shows(exploded.toString());
    rig.round();
    assertThat(rig.error())
        .isEqualTo(
            "series limit of a target exceeded: 501 samples (expected: at most 100, as max_series_per_target of the environment says); "
                + "metric 'http_requests_total' has most series (99), its label 'path' has most values (99)");
    assertThat(rig.all("http_requests_total")).isEmpty();
    assertThat(rig.value("scrape_samples_scraped")).isEqualTo(501);
    assertThat(rig.value("scrape_samples_post_metric_relabeling")).isEqualTo(501);
    target.shows("a 3\n");
    assertThat(rig.round().error()).isEmpty();
  }

  @Test
  void whatTheScrapeSaysOfItself() throws Exception {
    scraping(
        "extra_scrape_metrics: true",
        "sample_limit: 10",
        "body_size_limit: 1KB",
        "metric_relabel_configs: [{source_labels: [x], regex: drop, action: drop}]");
    target.shows("a 1\nb{x=\"drop\"} 1\nc 1\nc 2\n");
    rig.round();
    target.shows("a 1\nd 1\n");
    rig.round();
    target.shows("a 1\n".repeat(1000));
    rig.round();
    target.answers(call -> call.sendResponseHeaders(500, -1));
    rig.round();
    assertThat(rig.all("up")).containsExactly("{} 1.0 1.0 0.0 0.0");
    assertThat(rig.all("scrape_samples_scraped")).containsExactly("{} 4.0 2.0 0.0 0.0");
    assertThat(rig.all("scrape_samples_post_metric_relabeling"))
        .containsExactly("{} 3.0 2.0 0.0 0.0");
    assertThat(rig.all("scrape_series_added")).containsExactly("{} 2.0 1.0 0.0 0.0");
    assertThat(rig.all("scrape_body_size_bytes")).containsExactly("{} 26.0 8.0 -1.0 0.0");
    assertThat(rig.all("scrape_sample_limit")).containsExactly("{} 10.0 10.0 10.0 10.0");
    assertThat(rig.all("scrape_timeout_seconds")).containsExactly("{} 10.0 10.0 10.0 10.0");
    assertThat(rig.all("c")).containsExactly("{} 1.0 stale");
    var counts = new String(exposed(), StandardCharsets.UTF_8);
    assertThat(counts)
        .contains(
            "prometheus_target_scrapes_sample_duplicate_timestamp_total 1.0",
            "prometheus_target_scrapes_exceeded_body_size_limit_total 1.0");
  }

  private byte[] exposed() throws IOException {
    var out = new ByteArrayOutputStream();
    PrometheusTextFormatWriter.create().write(out, rig.metrics.registry().scrape());
    return out.toByteArray();
  }

  @Test
  void samplesWithTheirOwnTime() throws Exception {
    scraping();
    long now = rig.time.millis();
    target.shows("old 1 " + (now + 5_000) + "\nfar 1 " + (now + 3_600_000) + "\nnone 1\n");
    rig.round();
    target.shows("old 2 " + (now + 4_000) + "\n");
    rig.round();
    target.shows("");
    rig.round();
    assertThat(rig.all("old"))
        .containsExactly("{} 1.0"); // the second is out of order, and gets no stale marker
    assertThat(rig.all("far")).isEmpty();
    assertThat(rig.all("none")).containsExactly("{} 1.0 stale");
    assertThat(new String(exposed(), StandardCharsets.UTF_8))
        .contains(
            "prometheus_target_scrapes_sample_out_of_order_total 1.0",
            "prometheus_target_scrapes_sample_out_of_bounds_total 1.0");
    rig.reload(ScrapeRig.job(target, "track_timestamps_staleness: true"));
    target.shows("tracked 1 " + (rig.time.millis() + 5_000) + "\n");
    rig.round();
    target.shows("");
    rig.round();
    assertThat(rig.all("tracked")).containsExactly("{} 1.0 stale");
    rig.reload(ScrapeRig.job(target, "honor_timestamps: false"));
    target.shows("ignored 1 5\n");
    rig.round();
    assertThat(rig.all("ignored")).containsExactly("{} 1.0");
  }

  @Test
  void aChangedConfigurationLeavesNoGap() throws Exception {
    scraping();
    target.shows("a 1\nb 1\nc{x=\"1\"} 1\n");
    rig.round();
    rig.reload(
        ScrapeRig.job(
            target,
            "metric_relabel_configs: [{source_labels: [__name__], regex: b, action: drop}, {regex: x, action: labeldrop}]"));
    rig.round();
    assertThat(rig.all("a")).containsExactly("{} 1.0 1.0");
    assertThat(rig.all("b")).containsExactly("{} 1.0 stale");
    assertThat(rig.all("c")).containsExactlyInAnyOrder("{x=\"1\"} 1.0 stale", "{} 1.0");
    assertThat(rig.all("up")).containsExactly("{} 1.0 1.0");
    rig.reload("scrape_configs: []");
    assertThat(rig.all("a")).containsExactly("{} 1.0 1.0 stale");
    assertThat(rig.all("up")).containsExactly("{} 1.0 1.0 stale");
  }

  @Test
  void oneSeriesInTwoFormatsIsOne() throws Exception {
    scraping();
    target.shows("a{x=\"1\",y=\"2\"} 1\n");
    rig.round();
    target.shows(OPEN, "a{y=\"2\",x=\"1\"} 2\n# EOF\n".getBytes(StandardCharsets.UTF_8));
    rig.round();
    target.shows(
        "application/vnd.google.protobuf",
        protobuf(
            Metrics.MetricFamily.newBuilder()
                .setName("a")
                .setType(Metrics.MetricType.GAUGE)
                .addMetric(
                    Metrics.Metric.newBuilder()
                        .addLabel(Metrics.LabelPair.newBuilder().setName("y").setValue("2"))
                        .addLabel(Metrics.LabelPair.newBuilder().setName("x").setValue("1"))
                        .setGauge(Metrics.Gauge.newBuilder().setValue(3)))
                .build()));
    rig.round();
    assertThat(rig.all("a")).containsExactly("{x=\"1\", y=\"2\"} 1.0 2.0 3.0");
  }

  private static byte[] protobuf(Metrics.MetricFamily... families) throws IOException {
    var out = new ByteArrayOutputStream();
    for (var family : families) {
      family.writeDelimitedTo(out);
    }
    return out.toByteArray();
  }

  private static Metrics.MetricFamily histogram(int schema, int buckets) {
    var histogram =
        Metrics.Histogram.newBuilder()
            .setSampleCount(buckets)
            .setSampleSum(buckets)
            .setSchema(schema)
            .setZeroThreshold(1e-9)
            .addPositiveSpan(Metrics.BucketSpan.newBuilder().setOffset(1).setLength(buckets))
            .addPositiveDelta(1);
    IntStream.range(1, buckets).forEach(_ -> histogram.addPositiveDelta(0));
    return Metrics.MetricFamily.newBuilder()
        .setName("h")
        .setType(Metrics.MetricType.HISTOGRAM)
        .addMetric(Metrics.Metric.newBuilder().setHistogram(histogram))
        .build();
  }

  @Test
  void nativeHistogramsAreMadeToFit() throws Exception {
    target.shows("application/vnd.google.protobuf", protobuf(histogram(2, 8)));
    scraping("scrape_native_histograms: true");
    rig.round();
    assertThat(target.header("Accept")).startsWith("application/vnd.google.protobuf;");
    rig.reload(
        ScrapeRig.job(
            target, "scrape_native_histograms: true", "native_histogram_bucket_limit: 4"));
    rig.round();
    rig.reload(
        ScrapeRig.job(
            target, "scrape_native_histograms: true", "native_histogram_min_bucket_factor: 2"));
    rig.round();
    rig.reload(
        ScrapeRig.job(
            target, "scrape_native_histograms: true", "native_histogram_bucket_limit: 1"));
    target.shows("application/vnd.google.protobuf", protobuf(histogram(-4, 2)));
    rig.round();
    assertThat(rig.error())
        .isEqualTo(
            "message 1, metric h: native_histogram_bucket_limit exceeded: 2 buckets, in the coarsest schema (expected: at most 1)");
    assertThat(rig.all("h"))
        .containsExactly(
            "{} "
                + "{count:8, sum:8, (1,1.189207115002721]:1, (1.189207115002721,1.414213562373095]:1, (1.414213562373095,1.6817928305074288]:1, (1.6817928305074288,2]:1, "
                + "(2,2.378414230005442]:1, (2.378414230005442,2.82842712474619]:1, (2.82842712474619,3.3635856610148576]:1, (3.3635856610148576,4]:1} "
                + "{count:8, sum:8, (1,1.414213562373095]:2, (1.414213562373095,2]:2, (2,2.82842712474619]:2, (2.82842712474619,4]:2} "
                + "{count:8, sum:8, (1,2]:4, (2,4]:4} stale");
  }

  @Test
  void exemplarsAndStartTimesAreStored() throws Exception {
    rig = new ScrapeRig(folder, ScrapeRig.job(target), 100, true);
    long now = rig.time.millis();
    target.shows(
        OPEN,
        """
                # TYPE c counter
                c_total{a="1"} 4 # {trace_id="abc"} 0.5 %s
                c_total{a="2"} 4 # {trace_id="def"} 1
                c_created{a="1"} %s
                # EOF
                """
            .formatted(now / 1000.0, (now - 60_000) / 1000.0)
            .getBytes(StandardCharsets.UTF_8));
    rig.round();
    var exemplars =
        rig.store.exemplars(List.of(Matcher.equal(Labels.NAME, "c_total")), 0, Long.MAX_VALUE);
    assertThat(exemplars)
        .extracting(
            one ->
                one.series().get("a")
                    + " "
                    + one.exemplars().getFirst().labels()
                    + " "
                    + (one.exemplars().getFirst().millis() - now))
        .containsExactly("1 {trace_id=\"abc\"} 0", "2 {trace_id=\"def\"} 15000");
    assertThat(rig.all("c_created")).isEmpty();
    assertThat(rig.starts("c_total")).containsExactly(now - 60_000, 0L);
  }

  @Test
  void tooManyTargetsAreNotCalled() throws Exception {
    target.shows("a 1\n");
    var targets =
        "scrape_configs:\n- job_name: j\n  target_limit: 1\n  static_configs: [{targets: ['%s', 'localhost:%d']}]\n"
            .formatted(target.address(), target.port());
    rig = new ScrapeRig(folder, targets);
    rig.round();
    assertThat(target.asked).isEmpty();
    assertThat(rig.error())
        .isEqualTo("target_limit exceeded: 2 targets of job 'j' (expected: at most 1)");
    assertThat(rig.all("up")).containsExactly("{} 0.0", "{} 0.0");
    rig.reload(targets.replace("target_limit: 1", "target_limit: 2"));
    rig.round();
    assertThat(rig.all("up")).containsExactly("{} 0.0 1.0", "{} 0.0 1.0");
  }

  @Test
  void droppedTargetsAreCountedAndAFewKept() throws Exception {
    var config =
        "scrape_configs:\n- job_name: j\n  keep_dropped_targets: 2\n  static_configs: [{targets: [a:1, b:1, c:1]}]\n  relabel_configs: [{source_labels: [__address__], regex: '.*', action: drop}]\n";
    rig = new ScrapeRig(folder, config);
    assertThat(rig.scraping.dropped()).hasSize(2);
    assertThat(rig.scraping.droppedCounts()).containsEntry("j", 3);
  }

  @Test
  void whatIsAskedFor() throws Exception {
    Files.writeString(folder.resolve("h"), "from file\n");
    target.shows("a 1\n");
    scraping(
        "scrape_protocols: [PrometheusText0.0.4, OpenMetricsText1.0.0]",
        "metric_name_escaping_scheme: dots",
        "enable_compression: false",
        "http_headers: {X-Own: {values: [one], secrets: [two], files: [h]}}",
        "authorization: {type: Token, credentials: abc}",
        "scrape_timeout: 2s",
        "params: {match: [x, y]}");
    rig.round();
    assertThat(target.header("Accept"))
        .isEqualTo(
            "text/plain;version=0.0.4;q=0.6,application/openmetrics-text;version=1.0.0;escaping=dots;q=0.5,*/*;q=0.4");
    assertThat(target.header("Accept-Encoding")).isEqualTo("identity");
    assertThat(target.header("X-Own")).isEqualTo("one|two|from file");
    assertThat(target.header("Authorization")).isEqualTo("Token abc");
    assertThat(target.header("X-Prometheus-Scrape-Timeout-Seconds")).isEqualTo("2.0");
    Files.writeString(folder.resolve("h"), "one\r\nAuthorization: two\n");
    assertThat(rig.round().error()).isEqualTo("header 'X-Own' has more than one line");
    rig.reload(ScrapeRig.job(target));
    target.showsPacked(RawTarget.packed("a 2\n"));
    rig.round();
    assertThat(target.header("Accept"))
        .isEqualTo(
            "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,"
                + "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2");
    assertThat(target.header("Accept-Encoding")).isEqualTo("gzip");
    assertThat(rig.all("a")).containsExactly("{} 1.0 stale 2.0"); // another URL is another target
    rig.reload(ScrapeRig.job(target, "fallback_scrape_protocol: PrometheusText0.0.4"));
    target.shows("", "a 3\n".getBytes(StandardCharsets.UTF_8));
    rig.round();
    assertThat(rig.all("a")).containsExactly("{} 1.0 stale 2.0 3.0");
  }

  /// Each target has its own offset in the interval, stable across restarts.
  @Test
  void targetsAreSpreadOverTheInterval() throws Exception {
    var addresses = new ArrayList<String>();
    IntStream.range(0, 1_000).forEach(i -> addresses.add("host-" + i + ":9100"));
    rig =
        new ScrapeRig(
            folder,
            "scrape_configs:\n- job_name: j\n  static_configs: [{targets: " + addresses + "}]\n");
    var tenths = new int[10];
    var seeds = new ArrayList<Long>();
    for (var address : addresses) {
      var found =
          Target.of(rig.scraping.config().jobs().getFirst(), address, Labels.EMPTY, Labels.EMPTY)
              .target()
              .orElseThrow();
      long seed = ScrapeManager.seed(found);
      seeds.add(seed);
      long offset = AlignedSchedule.offset(Duration.ofSeconds(15), seed);
      tenths[(int) (offset / 1_500)]++;
    }
    assertThat(seeds).doesNotHaveDuplicates();
    assertThat(Arrays.stream(tenths).min().orElse(0)).isGreaterThan(50);
    assertThat(Arrays.stream(tenths).max().orElse(0)).isLessThan(150);
    assertThat(seeds.getFirst()).isEqualTo(31311725843L); // as in every earlier run
  }
}
