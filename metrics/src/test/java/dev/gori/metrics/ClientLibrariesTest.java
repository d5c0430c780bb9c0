package dev.gori.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gori.base.json.Json;
import dev.gori.base.observe.SelfMetrics;
import dev.gori.http.HttpCalls;
import dev.gori.http.HttpServer;
import dev.gori.kernel.disk.Disk;
import dev.gori.kernel.time.WallTime;
import dev.gori.testkit.ExternalTools;
import dev.gori.testkit.NoLeaks;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.core.metrics.Summary;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
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
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/// Targets made with the official client libraries, scraped by Gori and by a real Prometheus: both
/// must store the same.
@ExtendWith(NoLeaks.class)
final class ClientLibrariesTest {

  /// Series about the scrapes themselves differ with the number of scrapes.
  private static final String OF_TARGET = "{job=\"%s\",__name__!~\"up|scrape_.*\"}";

  @TempDir Path folder;

  private final WallTime time = new WallTime();
  private final HttpCalls calls = HttpCalls.within(Duration.ofSeconds(10));
  private Process python;
  private com.sun.net.httpserver.HttpServer java;
  private String targets;

  @BeforeEach
  void start() throws IOException {
    var script = Path.of("src/test/resources/foreign/python_target.py");
    python =
        new ProcessBuilder(ExternalTools.python("prometheus_client").toString(), script.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    var port = new BufferedReader(python.inputReader(StandardCharsets.UTF_8)).readLine();
    java = javaTarget();
    targets =
        """
                scrape_configs:
                - job_name: python
                  static_configs: [{targets: ['127.0.0.1:%s']}]
                - job_name: java
                  static_configs: [{targets: ['127.0.0.1:%d']}]
                - job_name: java-protobuf
                  scrape_native_histograms: true
                  static_configs: [{targets: ['127.0.0.1:%d']}]
                """
            .formatted(port, java.getAddress().getPort(), java.getAddress().getPort());
  }

  @AfterEach
  void stop() throws InterruptedException {
    python.destroy();
    python.waitFor(10, TimeUnit.SECONDS);
    java.stop(0);
    calls.close();
    time.close();
  }

  private static com.sun.net.httpserver.HttpServer javaTarget() throws IOException {
    var registry = new PrometheusRegistry();
    var counter =
        Counter.builder().name("jobs_total").help("Jobs.").labelNames("kind").register(registry);
    counter.labelValues("a \"b\"\n\\").inc(7);
    Gauge.builder().name("depth").help("Now.").register(registry).set(Double.NEGATIVE_INFINITY);
    var both =
        Histogram.builder()
            .name("both_seconds")
            .help("Native and classic.")
            .classicUpperBounds(0.1, 1, 5)
            .register(registry);
    var fine =
        Histogram.builder()
            .name("native_seconds")
            .help("Native.")
            .nativeOnly()
            .nativeInitialSchema(5)
            .labelNames("path")
            .register(registry);
    var classic =
        Histogram.builder()
            .name("classic_seconds")
            .help("Classic.")
            .classicOnly()
            .classicUpperBounds(1, 2)
            .register(registry);
    var summary =
        Summary.builder()
            .name("sizes")
            .help("Quantiles.")
            .quantile(0.5)
            .quantile(0.99)
            .register(registry);
    for (double value : new double[] {0, 1e-9, 0.05, 0.5, 0.6, 3, 3.1, 70, -2}) {
      both.observe(value);
      fine.labelValues("/a").observe(value * 3);
      classic.observe(value);
      summary.observe(value);
    }
    fine.initLabelValues("/never");
    var server =
        com.sun.net.httpserver.HttpServer.create(
            new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
    server.createContext(
        "/metrics",
        call -> {
          try (call) {
            var writer =
                ExpositionFormats.init().findWriter(call.getRequestHeaders().getFirst("Accept"));
            call.getResponseHeaders().set("Content-Type", writer.getContentType());
            call.sendResponseHeaders(200, 0);
            writer.write(call.getResponseBody(), registry.scrape());
          }
        });
    server.start();
    return server;
  }

  private Metrics gori() throws IOException {
    var scrape = new MetricsConfig.TextFile("scrape.yaml", targets);
    var config =
        new MetricsConfig(
            scrape,
            List.of(),
            Optional.empty(),
            Optional.empty(),
            URI.create("http://gori/prometheus"));
    return Metrics.open(
        MetricsSettings.DEFAULTS,
        config,
        time,
        Disk.local(),
        folder.resolve("gori"),
        LoggerFactory.getLogger("metrics"),
        new SelfMetrics());
  }

  /// Debian's Prometheus asks for protobuf if native histograms are enabled for all jobs, otherwise
  /// for OpenMetrics.
  private Process prometheus(int port, boolean protobuf) throws IOException {
    var own = targets.replace("  scrape_native_histograms: true\n", "");
    var config =
        Files.writeString(
            folder.resolve("prometheus-" + port + ".yaml"),
            "global: {scrape_interval: 1s, scrape_timeout: 1s}\n" + own);
    return new ProcessBuilder(
            ExternalTools.program("prometheus").toString(),
            "--config.file=" + config,
            "--storage.tsdb.path=" + folder.resolve("data-" + port),
            "--web.listen-address=127.0.0.1:" + port,
            "--enable-feature=exemplar-storage" + (protobuf ? ",native-histograms" : ""))
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("log-" + port).toFile())
        .start();
  }

  @Test
  void bothHoldTheSame() throws Exception {
    int textPort = freePort();
    int protobufPort = freePort();
    var text = prometheus(textPort, false);
    var protobuf = prometheus(protobufPort, true);
    try (var metrics = gori();
        var face = HttpServer.open("127.0.0.1", 0, HttpServer.Limits.OPEN)) {
      face.mount(metrics.mounts());
      metrics.runOnce();
      var us = face.uri() + "/prometheus";
      same(us, "http://127.0.0.1:" + textPort, "python", 20);
      same(us, "http://127.0.0.1:" + textPort, "java", 20);
      same(us, "http://127.0.0.1:" + protobufPort, "java-protobuf", 12);
      sameExemplars(us, "http://127.0.0.1:" + textPort);
    } finally {
      for (var process : List.of(text, protobuf)) {
        process.destroy();
        process.waitFor(20, TimeUnit.SECONDS);
      }
    }
  }

  private void same(String us, String them, String job, int atLeast) {
    Awaitility.await("prometheus scrapes " + job)
        .atMost(Duration.ofSeconds(40))
        .ignoreExceptions()
        .until(() -> series(them, job).size() >= atLeast);
    var theirs = series(them, job);
    assertThat(series(us, job)).as("job %s", job).isEqualTo(theirs);
  }

  /// The newest values of a job's series by labels.
  private TreeMap<String, String> series(String base, String job) {
    var query = URLEncoder.encode(OF_TARGET.formatted(job), StandardCharsets.UTF_8);
    var found = new TreeMap<String, String>();
    for (var one :
        Json.parse(calls.get(URI.create(base + "/api/v1/query?query=" + query)).text())
            .at("/data/result")) {
      var labels = new TreeMap<String, String>();
      one.get("metric")
          .properties()
          .forEach(label -> labels.put(label.getKey(), label.getValue().asString()));
      found.put(
          labels.toString(),
          one.has("histogram")
              ? one.get("histogram").get(1).toString()
              : one.get("value").get(1).asString());
    }
    return found;
  }

  private void sameExemplars(String us, String them) {
    var theirs = exemplars(them);
    assertThat(theirs).isNotEmpty();
    assertThat(exemplars(us)).isEqualTo(theirs);
  }

  private TreeMap<String, String> exemplars(String base) {
    long now = time.now().getEpochSecond();
    var query = URLEncoder.encode("{job=\"python\"}", StandardCharsets.UTF_8);
    var found = new TreeMap<String, String>();
    for (var one :
        Json.parse(
                calls
                    .get(
                        URI.create(
                            base
                                + "/api/v1/query_exemplars?start="
                                + (now - 600)
                                + "&end="
                                + (now + 60)
                                + "&query="
                                + query))
                    .text())
            .at("/data")) {
      var labels = new TreeMap<String, String>();
      one.get("seriesLabels")
          .properties()
          .forEach(label -> labels.put(label.getKey(), label.getValue().asString()));
      found.put(labels.toString(), one.get("exemplars").toString());
    }
    return found;
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
