package dev.gori.promql;

import dev.gori.base.json.Json;
import dev.gori.testkit.ExternalTools;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;

/// A real Prometheus over samples that were made beforehand.
final class PrometheusProgram implements AutoCloseable {

  private final Process process;
  private final URI base;
  private final HttpClient client = HttpClient.newHttpClient();

  private PrometheusProgram(Process process, URI base) {
    this.process = process;
    this.base = base;
  }

  /// @param openMetrics all samples, in OpenMetrics text with timestamps
  static PrometheusProgram over(String openMetrics, Path folder)
      throws IOException, InterruptedException {
    var prometheus = ExternalTools.program("prometheus");
    var promtool = ExternalTools.program("promtool");
    var text = Files.writeString(folder.resolve("samples.txt"), openMetrics);
    var data = folder.resolve("data");
    run(
        folder,
        promtool.toString(),
        "tsdb",
        "create-blocks-from",
        "openmetrics",
        text.toString(),
        data.toString());
    return started(prometheus, folder, data);
  }

  /// @param prometheus a Prometheus 3 without samples, which takes them by remote write
  static PrometheusProgram receiving(Path prometheus, Path folder, String features)
      throws IOException, InterruptedException {
    return started(
        prometheus,
        folder,
        folder.resolve("data"),
        "--web.enable-remote-write-receiver",
        "--enable-feature=" + features);
  }

  private static PrometheusProgram started(Path prometheus, Path folder, Path data, String... more)
      throws IOException, InterruptedException {
    var config = Files.writeString(folder.resolve("prometheus.yml"), "global: {}\n");
    int port = freePort();
    var command =
        new ArrayList<>(
            List.of(
                prometheus.toString(),
                "--config.file=" + config,
                "--storage.tsdb.path=" + data,
                "--storage.tsdb.retention.time=100y",
                "--web.listen-address=127.0.0.1:" + port));
    command.addAll(List.of(more));
    var process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("prometheus.log").toFile())
            .start();
    var started = new PrometheusProgram(process, URI.create("http://127.0.0.1:" + port));
    started.awaitReady();
    return started;
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private static void run(Path folder, String... command) throws IOException, InterruptedException {
    var log = folder.resolve("promtool.log").toFile();
    var process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log).start();
    if (!process.waitFor(2, TimeUnit.MINUTES) || process.exitValue() != 0) {
      process.destroyForcibly();
      throw new IllegalStateException("promtool: " + Files.readString(log.toPath()));
    }
  }

  private void awaitReady() throws IOException, InterruptedException {
    for (int i = 0; i < 600; i++) {
      try {
        if (get("/-/ready").statusCode() == 200) {
          return;
        }
      } catch (IOException e) {
        if (!process.isAlive()) {
          throw e;
        }
      }
      process.waitFor(100, TimeUnit.MILLISECONDS);
    }
    throw new IllegalStateException("prometheus is not ready after a minute");
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(base.resolve(path)).timeout(Duration.ofSeconds(60)).build();
    return client.send(request, HttpResponse.BodyHandlers.ofString());
  }

  /// Pushes samples.
  void write(byte[] body) throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(base.resolve("/api/v1/write"))
            .timeout(Duration.ofSeconds(60))
            .header("Content-Type", "application/x-protobuf;proto=io.prometheus.write.v2.Request")
            .header("Content-Encoding", "snappy")
            .header("X-Prometheus-Remote-Write-Version", "2.0.0")
            .POST(HttpRequest.BodyPublishers.ofByteArray(body))
            .build();
    var answer = client.send(request, HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() / 100 != 2) {
      throw new IllegalStateException(
          "remote write: %d %s".formatted(answer.statusCode(), answer.body()));
    }
  }

  /// The query as it is printed, or why it is none.
  String format(String query) throws IOException, InterruptedException {
    var answer = Json.parse(get("/api/v1/format_query?query=" + encoded(query)).body());
    return answer.path("status").asString().equals("success")
        ? answer.path("data").asString()
        : answer.path("error").asString().replace("invalid parameter \"query\": ", "");
  }

  JsonNode instant(String query, long seconds) throws IOException, InterruptedException {
    return Json.parse(get("/api/v1/query?query=" + encoded(query) + "&time=" + seconds).body());
  }

  JsonNode range(String query, long start, long end, long step)
      throws IOException, InterruptedException {
    return Json.parse(
        get("/api/v1/query_range?query="
                + encoded(query)
                + "&start="
                + start
                + "&end="
                + end
                + "&step="
                + step)
            .body());
  }

  JsonNode instantAtMillis(String query, long millis) throws IOException, InterruptedException {
    return Json.parse(
        get("/api/v1/query?query=" + encoded(query) + "&time=" + millis / 1000.0).body());
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  @Override
  public void close() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(20, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
    }
  }
}
