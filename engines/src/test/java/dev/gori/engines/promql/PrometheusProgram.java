package dev.gori.engines.promql;

import dev.gori.machinery.json.Json;
import dev.gori.testkit.Foreign;
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
    static PrometheusProgram over(String openMetrics, Path folder) throws IOException, InterruptedException {
        var prometheus = Foreign.program("prometheus");
        var promtool = Foreign.program("promtool");
        var text = Files.writeString(folder.resolve("samples.txt"), openMetrics);
        var data = folder.resolve("data");
        run(folder, promtool.toString(), "tsdb", "create-blocks-from", "openmetrics", text.toString(), data.toString());
        var config = Files.writeString(folder.resolve("prometheus.yml"), "global: {}\n");
        int port = freePort();
        var process = new ProcessBuilder(prometheus.toString(), "--config.file=" + config, "--storage.tsdb.path=" + data,
                        "--storage.tsdb.retention.time=100y", "--web.listen-address=127.0.0.1:" + port)
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
        var request = HttpRequest.newBuilder(base.resolve(path)).timeout(Duration.ofSeconds(60)).build();
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    JsonNode instant(String query, long seconds) throws IOException, InterruptedException {
        return Json.parse(get("/api/v1/query?query=" + encoded(query) + "&time=" + seconds).body());
    }

    JsonNode range(String query, long start, long end, long step) throws IOException, InterruptedException {
        return Json.parse(get("/api/v1/query_range?query=" + encoded(query) + "&start=" + start + "&end=" + end + "&step=" + step).body());
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
