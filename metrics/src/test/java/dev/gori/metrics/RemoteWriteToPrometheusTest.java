package dev.gori.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.gori.base.conf.Conf;
import dev.gori.base.conf.Problems;
import dev.gori.base.json.Json;
import dev.gori.base.observe.SelfMetrics;
import dev.gori.http.HttpCalls;
import dev.gori.http.HttpServer;
import dev.gori.kernel.disk.Disk;
import dev.gori.kernel.label.Labels;
import dev.gori.kernel.sample.Sample;
import dev.gori.kernel.time.WallTime;
import dev.gori.testkit.ExternalTools;
import dev.gori.testkit.NoLeaks;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

/// A real Prometheus as long-term storage: it gets all samples that were pushed to Gori with equal
/// values, although it was down twice, and Gori was killed, closed and reopened in between.
@ExtendWith(NoLeaks.class)
final class RemoteWriteToPrometheusTest {

  @TempDir Path folder;

  private final HttpCalls calls = HttpCalls.within(Duration.ofSeconds(20));
  private final WallTime time = new WallTime();
  private final long start = System.currentTimeMillis() - 600_000;
  private Path data;
  private Metrics ours;
  private HttpServer face;

  @AfterEach
  void close() {
    stop();
    calls.close();
    time.close();
  }

  /// The receiver and the protocol.
  enum To {
    DEBIANS_IN_FIRST("prometheus.WriteRequest") {
      @Override
      Path program() {
        return ExternalTools.program("prometheus");
      }
    },
    THIRD_IN_FIRST("prometheus.WriteRequest"),
    THIRD_IN_SECOND("io.prometheus.write.v2.Request");

    private final String message;

    To(String message) {
      this.message = message;
    }

    Path program() {
      return RealPrometheus.three();
    }
  }

  private void open(int port, To to) throws IOException {
    var problems = new Problems();
    var settings =
        MetricsSettings.read(
            Conf.parse(
                "environment.yaml",
                """
                remote_write_to:
                - url: http://127.0.0.1:%d/prometheus/api/v1/write
                  name: long-term
                  protobuf_message: %s
                  write_relabel_configs:
                  - {source_labels: [env, __name__], regex: dev;not_.*, action: drop}
                  queue_config: {batch_send_deadline: 100ms, max_backoff: 1s, max_samples_per_send: 100}
                """
                    .formatted(port, to.message),
                problems),
            problems);
    problems.throwIfAny();
    var config =
        new MetricsConfig(
            new MetricsConfig.TextFile("scrape.yaml", "global: {external_labels: {env: dev}}"),
            List.of(),
            Optional.empty(),
            Optional.empty(),
            URI.create("http://gori/prometheus"));
    ours =
        Metrics.open(
            settings,
            config,
            time,
            Disk.local(),
            data,
            LoggerFactory.getLogger("metrics"),
            new SelfMetrics());
    ours.start();
    face = HttpServer.open("127.0.0.1", 0, HttpServer.Limits.OPEN);
    face.mount(ours.mounts());
  }

  private void stop() {
    if (face != null) {
      face.close();
      ours.close();
      face = null;
    }
  }

  /// Pushes fifty samples of five series, and ten of a series that is not forwarded.
  private void push(int round) throws IOException {
    var series =
        List.of(
            one(round, "up_a", 1),
            one(round, "up_b", Double.NaN),
            one(round, "up_c", Double.POSITIVE_INFINITY),
            one(round, "up_d", 0.1),
            one(round, "up_e", -1e300),
            one(round, "not_f", 1));
    assertThat(RealPrometheus.push(URI.create(face.uri() + "/prometheus"), series, calls).status())
        .isEqualTo(204);
  }

  private RealPrometheus.Pushed one(int round, String name, double value) {
    var millis = new long[10];
    var values = new double[10];
    for (int i = 0; i < 10; i++) {
      millis[i] = start + round * 100_000L + i * 10_000L;
      values[i] = i == 9 && round == 2 ? Sample.STALE : value * (i + round + 1);
    }
    return new RealPrometheus.Pushed(
        Labels.of(Labels.NAME, name, "job", "ü \"j\""), millis, values);
  }

  /// All samples by labels, without the external label.
  private TreeMap<String, String> everything(URI server) {
    var query = URLEncoder.encode("{__name__=~\"up_.\"}[1h]", StandardCharsets.UTF_8);
    var answer = Json.parse(calls.get(URI.create(server + "/api/v1/query?query=" + query)).text());
    var all = new TreeMap<String, String>();
    for (var series : answer.path("data").path("result")) {
      var labels = series.path("metric").toString().replace("\"env\":\"dev\",", "");
      all.put(labels, series.path("values").toString());
    }
    return all;
  }

  @ParameterizedTest
  @EnumSource
  void whatIsPushedToUsIsThereThoughBothSidesWereAwayForAWhile(To to, @TempDir Path theirs)
      throws Exception {
    var program = to.program();
    int port;
    try (var free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    data = folder.resolve("ours");
    open(port, to);
    push(0);
    data = leftByAKill();
    stop();
    open(port, to);
    push(1);
    try (var real = real(program, theirs, port)) {
      await().atMost(Duration.ofSeconds(30)).until(() -> total(real.url()) == 100);
    }
    push(2);
    stop();
    try (var real = real(program, theirs, port)) {
      open(port, to);
      push(3);
      await().atMost(Duration.ofSeconds(30)).until(() -> total(real.url()) == 195);
      assertThat(everything(real.url()))
          .isEqualTo(everything(URI.create(face.uri() + "/prometheus")))
          .hasSize(5);
      assertThat(calls.get(URI.create(real.url() + "/api/v1/label/__name__/values")).text())
          .contains("up_a")
          .doesNotContain("not_");
      var external = calls.get(URI.create(real.url() + "/api/v1/label/env/values")).text();
      assertThat(external).contains("\"dev\"");
    }
  }

  private RealPrometheus real(Path program, Path theirs, int port) throws IOException {
    return RealPrometheus.start(program, theirs, "", calls, port, List.of());
  }

  /// A copy of the files while everything is open, as `kill -9` would leave them.
  private Path leftByAKill() throws IOException {
    var copy = folder.resolve("copy");
    try (var files = Files.walk(data)) {
      for (var file : (Iterable<Path>) files::iterator) {
        Files.copy(file, copy.resolve(data.relativize(file).toString()));
      }
    }
    return copy;
  }

  private int total(URI server) {
    return everything(server).values().stream().mapToInt(values -> Json.parse(values).size()).sum();
  }
}
