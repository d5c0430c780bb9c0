package dev.gori.metrics;

import static org.awaitility.Awaitility.await;

import com.google.protobuf.CodedOutputStream;
import dev.gori.http.ClientResponse;
import dev.gori.http.HttpCalls;
import dev.gori.kernel.fault.FaultException;
import dev.gori.kernel.label.Labels;
import dev.gori.testkit.ExternalTools;
import io.airlift.compress.v3.snappy.SnappyJavaCompressor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.Assumptions;

/// Debian's Prometheus, or the Prometheus 3 of `GORI_PROMETHEUS3` (`.ci/run` builds it if Go is
/// installed), on its own port and folder.
public final class RealPrometheus implements AutoCloseable {

  /// A series and its samples, sorted by time.
  ///
  /// @param histograms encoded for remote write, sent with the samples
  record Pushed(Labels labels, long[] millis, double[] values, List<byte[]> histograms) {
    Pushed(Labels labels, long[] millis, double[] values) {
      this(labels, millis, values, List.of());
    }
  }

  private final Process process;
  private final URI url;

  private RealPrometheus(Process process, URI url) {
    this.process = process;
    this.url = url;
  }

  /// The binary of a Prometheus 3; without one the test is skipped.
  public static Path three() {
    var program = System.getenv("GORI_PROMETHEUS3");
    Assumptions.assumeTrue(
        program != null, "skipped, needs a Prometheus 3 whose path is in GORI_PROMETHEUS3");
    return Path.of(program);
  }

  static RealPrometheus start(Path folder, String rules, HttpCalls calls) throws IOException {
    return start(folder, rules, "", calls);
  }

  /// @param more additional configuration
  static RealPrometheus start(Path folder, String rules, String more, HttpCalls calls)
      throws IOException {
    return start(folder, rules, more, calls, freePort());
  }

  /// In a folder that may have the data of an earlier process.
  static RealPrometheus start(Path folder, String rules, String more, HttpCalls calls, int port)
      throws IOException {
    Files.writeString(folder.resolve("rules.yaml"), rules);
    Files.writeString(
        folder.resolve("prometheus.yml"),
        """
                global: {evaluation_interval: 1s, external_labels: {env: dev}}
                rule_files: [rules.yaml]
                %s
                """
            .formatted(more));
    return start(ExternalTools.program("prometheus"), folder, calls, port, List.of());
  }

  /// A Prometheus without rules.
  ///
  /// @param config configuration besides `global`
  /// @param more additional flags
  public static RealPrometheus start(
      Path program, Path folder, String config, HttpCalls calls, List<String> more)
      throws IOException {
    return start(program, folder, config, calls, freePort(), more);
  }

  static RealPrometheus start(
      Path program, Path folder, String config, HttpCalls calls, int port, List<String> more)
      throws IOException {
    Files.writeString(
        folder.resolve("prometheus.yml"),
        "global: {evaluation_interval: 1s, external_labels: {env: dev}}\n" + config);
    return start(program, folder, calls, port, more);
  }

  /// With the `prometheus.yml` of the folder.
  ///
  /// @param more additional flags
  static RealPrometheus start(
      Path program, Path folder, HttpCalls calls, int port, List<String> more) throws IOException {
    var command =
        new ArrayList<>(
            List.of(
                program.toString(),
                "--config.file=" + folder.resolve("prometheus.yml"),
                "--storage.tsdb.path=" + folder.resolve("data"),
                "--web.listen-address=127.0.0.1:" + port,
                "--web.external-url=http://127.0.0.1:" + port + "/prometheus",
                "--web.enable-remote-write-receiver"));
    command.addAll(more);
    var process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile())
            .start();
    var real = new RealPrometheus(process, URI.create("http://127.0.0.1:" + port + "/prometheus"));
    try {
      await()
          .atMost(Duration.ofSeconds(30))
          .ignoreException(FaultException.class)
          .until(() -> calls.get(URI.create(real.url + "/-/ready")).status() == 200);
    } catch (ConditionTimeoutException e) {
      real.close();
      throw new IOException(
          "Prometheus did not start: " + Files.readString(folder.resolve("log")), e);
    }
    return real;
  }

  static int freePort() throws IOException {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  public URI url() {
    return url;
  }

  /// Sends series to a Prometheus or to Gori over remote write 1.0.
  static ClientResponse push(URI to, List<Pushed> series, HttpCalls calls) throws IOException {
    var message = new ByteArrayOutputStream();
    var out = CodedOutputStream.newInstance(message);
    for (var one : series) {
      out.writeByteArray(1, encoded(one));
    }
    out.flush();
    var snappy = new SnappyJavaCompressor();
    var packed = new byte[snappy.maxCompressedLength(message.size())];
    int length =
        snappy.compress(message.toByteArray(), 0, message.size(), packed, 0, packed.length);
    return calls.post(
        URI.create(to + "/api/v1/write"),
        "application/x-protobuf",
        Arrays.copyOf(packed, length),
        Map.of("Content-Encoding", "snappy", "X-Prometheus-Remote-Write-Version", "0.1.0"));
  }

  private static byte[] encoded(Pushed series) throws IOException {
    var bytes = new ByteArrayOutputStream();
    var out = CodedOutputStream.newInstance(bytes);
    for (int i = 0; i < series.labels().size(); i++) {
      var label = new ByteArrayOutputStream();
      var inner = CodedOutputStream.newInstance(label);
      inner.writeString(1, series.labels().nameAt(i));
      inner.writeString(2, series.labels().valueAt(i));
      inner.flush();
      out.writeByteArray(1, label.toByteArray());
    }
    for (int i = 0; i < series.millis().length; i++) {
      var sample = new ByteArrayOutputStream();
      var inner = CodedOutputStream.newInstance(sample);
      inner.writeDouble(1, series.values()[i]);
      inner.writeInt64(2, series.millis()[i]);
      inner.flush();
      out.writeByteArray(2, sample.toByteArray());
    }
    for (var histogram : series.histograms()) {
      out.writeByteArray(4, histogram);
    }
    out.flush();
    return bytes.toByteArray();
  }

  @Override
  public void close() {
    process.destroyForcibly();
    process.onExit().join();
  }
}
