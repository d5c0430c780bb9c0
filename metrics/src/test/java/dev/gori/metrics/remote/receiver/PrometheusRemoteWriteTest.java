package dev.gori.metrics.remote.receiver;

import static dev.gori.metrics.remote.receiver.WriteRequests.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.gori.base.observe.SelfMetrics;
import dev.gori.http.ContentCoding;
import dev.gori.http.ErrorFormat;
import dev.gori.http.HttpServer;
import dev.gori.http.Mount;
import dev.gori.http.Response;
import dev.gori.http.Routes;
import dev.gori.kernel.disk.Disk;
import dev.gori.kernel.label.Labels;
import dev.gori.kernel.label.Matcher;
import dev.gori.kernel.sample.Buckets;
import dev.gori.kernel.sample.FloatHistogram;
import dev.gori.kernel.sample.SampleBuffer;
import dev.gori.kernel.time.WallTime;
import dev.gori.metrics.store.SampleStore;
import dev.gori.testkit.ExternalTools;
import dev.gori.testkit.NoLeaks;
import dev.gori.tsdb.TsdbSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/// Debian's Prometheus as the sender, with native histograms and exemplars of a target and its own
/// metrics: Gori stores all of it.
@ExtendWith(NoLeaks.class)
final class PrometheusRemoteWriteTest {

  private static final FloatHistogram LATENCY =
      FloatHistogram.exponential(
          2,
          0.001,
          1,
          8,
          12.5,
          Buckets.of(new int[] {-1, 0, 3}, new double[] {2, 1, 3}),
          Buckets.of(new int[] {2}, new double[] {1}));

  @TempDir Path folder;

  private final Queue<String> refusals = new ConcurrentLinkedQueue<>();

  /// A metric family with a native histogram and one with an exemplar, in protobuf.
  private static byte[] exposition(long seconds) {
    var histogram =
        message(
            out -> {
              out.writeUInt64(1, 8);
              out.writeDouble(2, 12.5);
              out.writeSInt32(5, 2);
              out.writeDouble(6, 0.001);
              out.writeUInt64(7, 1);
              out.writeByteArray(9, span(2, 1));
              out.writeSInt64(10, 1);
              out.writeByteArray(12, span(-1, 2));
              out.writeByteArray(12, span(2, 1));
              out.writeSInt64(13, 2);
              out.writeSInt64(13, -1);
              out.writeSInt64(13, 2);
            });
    var counter =
        message(
            out -> {
              out.writeDouble(1, 41.5);
              out.writeByteArray(
                  2,
                  message(
                      exemplar -> {
                        exemplar.writeByteArray(
                            1,
                            message(
                                label -> {
                                  label.writeString(1, "trace_id");
                                  label.writeString(2, "abc");
                                }));
                        exemplar.writeDouble(2, 3);
                        exemplar.writeByteArray(3, message(time -> time.writeInt64(1, seconds)));
                      }));
            });
    return message(
        out -> {
          out.writeByteArrayNoTag(family("latency", 4, 7, histogram));
          out.writeByteArrayNoTag(family("requests_total", 0, 3, counter));
        });
  }

  private static byte[] span(int offset, int length) {
    return message(
        out -> {
          out.writeSInt32(1, offset);
          out.writeUInt32(2, length);
        });
  }

  private static byte[] family(String name, int type, int field, byte[] value) {
    return message(
        out -> {
          out.writeString(1, name);
          out.writeEnum(3, type);
          out.writeByteArray(4, message(metric -> metric.writeByteArray(field, value)));
        });
  }

  private HttpServer server(SampleStore store, WallTime time) throws IOException {
    var write = new WriteHandler(store, time);
    var server = HttpServer.open("127.0.0.1", 0, HttpServer.Limits.OPEN);
    long began = time.now().getEpochSecond();
    var type =
        "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited";
    server.mount(
        List.of(
            new Mount(
                "",
                new Routes(ErrorFormat.PLAIN)
                    .get("/metrics", _ -> Response.bytes(200, type, exposition(began)))
                    .post(
                        "/write",
                        request -> {
                          var reply = write.receive(request);
                          if (reply.status() != 204) {
                            refusals.add(reply.toString());
                          }
                          return reply;
                        })
                    .accepts(ContentCoding.SNAPPY))));
    return server;
  }

  private Process prometheus(HttpServer server) throws IOException {
    Files.writeString(
        folder.resolve("prometheus.yml"),
        """
                global: {scrape_interval: 1s}
                scrape_configs:
                - {job_name: target, static_configs: [{targets: ['127.0.0.1:%d']}]}
                remote_write:
                - url: http://127.0.0.1:%d/write
                  send_exemplars: true
                  send_native_histograms: true
                  queue_config: {batch_send_deadline: 200ms}
                """
            .formatted(server.port(), server.port()));
    return new ProcessBuilder(
            ExternalTools.program("prometheus").toString(),
            "--config.file=" + folder.resolve("prometheus.yml"),
            "--storage.tsdb.path=" + folder.resolve("data"),
            "--web.listen-address=127.0.0.1:0",
            "--enable-feature=native-histograms,exemplar-storage")
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("log").toFile())
        .start();
  }

  private static SampleBuffer points(SampleStore store, String metric) {
    var points = new SampleBuffer();
    store
        .select(List.of(Matcher.equal(Labels.NAME, metric)), 0, Long.MAX_VALUE / 2)
        .forEach(series -> series.read(points));
    return points;
  }

  @Test
  void allThatItSendsIsTaken() throws Exception {
    var log = LoggerFactory.getLogger("metrics");
    try (var time = new WallTime();
        var store =
            SampleStore.open(
                Disk.local(),
                folder.resolve("store"),
                TsdbSettings.DEFAULTS,
                time,
                log,
                new SelfMetrics());
        var server = server(store, time)) {
      var process = prometheus(server);
      try {
        await()
            .atMost(Duration.ofSeconds(30))
            .until(
                () ->
                    points(store, "latency").size() >= 3
                        && points(store, "up").size() >= 3
                        && !store
                            .exemplars(
                                List.of(Matcher.equal(Labels.NAME, "requests_total")),
                                0,
                                Long.MAX_VALUE / 2)
                            .isEmpty());
      } finally {
        process.destroyForcibly();
        process.onExit().join();
      }
      assertThat(refusals).as(() -> read(folder.resolve("log"))).isEmpty();
      var latency = points(store, "latency");
      for (int i = 0; i < latency.size(); i++) {
        assertThat(latency.histogramAt(i))
            .matches(one -> one != null && one.sameAs(LATENCY), LATENCY.toString());
      }
      assertThat(points(store, "requests_total").valueAt(0)).isEqualTo(41.5);
      assertThat(points(store, "up").valueAt(0)).isEqualTo(1);
      var exemplar =
          store
              .exemplars(
                  List.of(Matcher.equal(Labels.NAME, "requests_total")), 0, Long.MAX_VALUE / 2)
              .getFirst()
              .exemplars()
              .getFirst();
      assertThat(exemplar.labels()).isEqualTo(Labels.of("trace_id", "abc"));
      assertThat(exemplar.value()).isEqualTo(3);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file, StandardCharsets.UTF_8);
    } catch (IOException e) {
      return e.toString();
    }
  }
}
