package dev.gori.serving.gateway;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.gori.base.json.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// The few calls of an MLflow registry that a gateway makes, answered from memory; it can fail and
/// it can be gone.
final class FakeMlflow implements AutoCloseable {

  private record Version(byte[] onnx, String status, Map<String, String> tags) {}

  private final HttpServer server;
  private final ConcurrentMap<Integer, Version> versions = new ConcurrentHashMap<>();
  private final ConcurrentMap<String, Integer> aliases = new ConcurrentHashMap<>();
  final AtomicInteger downloads = new AtomicInteger();
  volatile boolean storeIsDown;

  FakeMlflow() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  URI uri() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  FakeMlflow version(int number, byte[] onnx) {
    return version(number, onnx, "READY", Map.of("commit", "trained" + number));
  }

  FakeMlflow version(int number, byte[] onnx, String status, Map<String, String> tags) {
    versions.put(number, new Version(onnx, status, tags));
    return this;
  }

  FakeMlflow alias(String alias, int number) {
    aliases.put(alias, number);
    return this;
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      var path = exchange.getRequestURI().getPath();
      var query = query(exchange.getRequestURI().getRawQuery());
      if (path.endsWith("/registered-models/alias")) {
        var number = aliases.get(query.get("alias"));
        send(exchange, number == null ? missing() : described(number));
      } else if (path.endsWith("/model-versions/get")) {
        send(exchange, described(Integer.parseInt(query.getOrDefault("version", "0"))));
      } else if (path.endsWith("/model-versions/get-download-uri")) {
        send(
            exchange,
            Json.object(
                "artifact_uri",
                "mlflow-artifacts:/1/run%s/artifacts/model".formatted(query.get("version"))));
      } else if (path.contains("/mlflow-artifacts/artifacts")) {
        artifact(exchange, path, query);
      } else {
        send(exchange, missing());
      }
    }
  }

  private void artifact(HttpExchange exchange, String path, Map<String, String> query)
      throws IOException {
    if (storeIsDown) {
      exchange.sendResponseHeaders(503, -1);
    } else if (query.containsKey("path")) {
      send(
          exchange,
          Json.object(
              "files",
              List.of(
                  Json.object("path", "MLmodel", "is_dir", false, "file_size", 10),
                  Json.object("path", "model.onnx", "is_dir", false, "file_size", 10))));
    } else {
      downloads.incrementAndGet();
      int number = Integer.parseInt(path.replaceAll(".*/run([0-9]+)/.*", "$1"));
      var version = versions.get(number);
      var body =
          path.endsWith("MLmodel") || version == null
              ? "flavors: {onnx: {data: model.onnx}}".getBytes(StandardCharsets.UTF_8)
              : version.onnx();
      exchange.sendResponseHeaders(200, body.length == 0 ? -1 : body.length);
      exchange.getResponseBody().write(body);
    }
  }

  private Map<String, Object> described(int number) {
    var version = versions.get(number);
    if (version == null) {
      return missing();
    }
    var tags =
        version.tags().entrySet().stream()
            .map(tag -> Json.object("key", tag.getKey(), "value", tag.getValue()))
            .toList();
    return new HashMap<>(
        Map.of(
            "model_version",
            Json.object(
                "name",
                "user_events",
                "version",
                Integer.toString(number),
                "source",
                "mlflow-artifacts:/1/run%d/artifacts/model".formatted(number),
                "run_id",
                "run" + number,
                "status",
                version.status(),
                "tags",
                tags,
                "creation_timestamp",
                0)));
  }

  private static Map<String, Object> missing() {
    return new HashMap<>(Map.of("error_code", "RESOURCE_DOES_NOT_EXIST", "message", "not found"));
  }

  private static void send(HttpExchange exchange, Map<String, ?> answer) throws IOException {
    var body = Json.write(answer);
    exchange.sendResponseHeaders(answer.containsKey("error_code") ? 404 : 200, body.length);
    exchange.getResponseBody().write(body);
  }

  private static Map<String, String> query(@Nullable String raw) {
    var query = new HashMap<String, String>();
    if (raw != null) {
      for (var pair : raw.split("&")) {
        int equals = pair.indexOf('=');
        query.put(
            pair.substring(0, equals),
            URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
      }
    }
    return query;
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
