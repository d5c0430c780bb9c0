package dev.gori.bench.serving;

import dev.gori.base.json.Json;
import dev.gori.base.observe.RoleLogs;
import dev.gori.base.observe.SelfMetrics;
import dev.gori.clients.MlflowAccess;
import dev.gori.http.HttpServer;
import dev.gori.kernel.disk.Disk;
import dev.gori.kernel.life.Closer;
import dev.gori.kernel.time.WallTime;
import dev.gori.serving.gateway.Gateway;
import dev.gori.serving.gateway.GatewaySettings;
import dev.gori.training.Dataset;
import dev.gori.training.Row;
import dev.gori.training.Training;
import dev.gori.training.TrainingRequest;
import dev.gori.training.TrainingRequest.Algorithm;
import io.helidon.http.encoding.ContentEncodingContext;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http1.Http1Config;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/// The servers that are measured: `gateway PORT FOLDER`, `echo PORT`, and `models FOLDER`, which
/// writes what they serve.
///
/// The gateway is the real role with its access log and metrics, on the platform's own HTTP server.
/// It finds the models in its own folder as after a restart, so that neither registry nor store is
/// needed.
public final class Servers {

  static final String TOKEN = "bench";
  private static final int ANSWER_BYTES = 165; // of the gateway to one row
  static final List<String> COLUMNS =
      List.of("event_value", "amount", "session_length_sec", "is_premium", "clicks", "row_sum");

  private Servers() {}

  public static void main(String[] arguments) throws Exception {
    switch (arguments[0]) {
      case "models" -> models(Path.of(arguments[1]));
      case "echo" -> echo(Integer.parseInt(arguments[1]));
      case "gateway" -> gateway(Integer.parseInt(arguments[1]), Path.of(arguments[2]));
      default ->
          throw new IllegalArgumentException(
              "'%s' (expected: models, echo or gateway)".formatted(arguments[0]));
    }
  }

  /// Version 1 is a logistic regression, version 2 boosted trees; 1 serves. `model.onnx` beside
  /// them is version 1, for the others.
  private static void models(Path folder) throws Exception {
    var random = new Random(7);
    var rows = new ArrayList<Row>();
    for (int i = 0; i < 2_000; i++) {
      var features = new float[COLUMNS.size()];
      for (int column = 0; column < features.length; column++) {
        features[column] = (float) random.nextGaussian() * (column + 1);
      }
      rows.add(
          new Row(
              features,
              features[0] - features[1] / 2 + random.nextGaussian() > 0 ? 1 : 0,
              "row" + i));
    }
    int version = 0;
    for (var algorithm : List.of(Algorithm.LOGISTIC_REGRESSION, Algorithm.GRADIENT_BOOSTED_TREES)) {
      var trained =
          Training.train(
              TrainingRequest.of(algorithm, 1),
              Dataset.collect(COLUMNS, rows.iterator(), rows.size()));
      write(folder, ++version, trained.onnx());
    }
    Files.copy(folder.resolve("models/user_events/1/model.onnx"), folder.resolve("model.onnx"));
    Files.write(
        folder.resolve("state.json"),
        Json.write(
            Json.object(
                "variants",
                Json.object(
                    "A",
                    Json.object(
                        "model", "user_events", "version", 1, "commit", "", "previous", 2)))));
  }

  private static void write(Path folder, int version, byte[] onnx) throws Exception {
    var place = Files.createDirectories(folder.resolve("models/user_events/" + version));
    Files.write(place.resolve("model.onnx"), onnx);
    var sum = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(onnx));
    Files.write(
        place.resolve("entry.json"),
        Json.write(
            Json.object(
                "model",
                "user_events",
                "version",
                version,
                "run_id",
                "run" + version,
                "commit",
                "",
                "source",
                "",
                "sha256",
                sum,
                "fetched",
                version)));
  }

  /// What the HTTP server itself can do, with the settings of the platform's server: the body comes
  /// back, filled up with blanks to the length of the gateway's answer.
  private static void echo(int port) throws InterruptedException {
    WebServer.builder()
        .host("127.0.0.1")
        .port(port)
        .backlog(1024)
        .maxPayloadSize(-1)
        .connectionOptions(options -> options.tcpNoDelay(true))
        .contentEncoding(
            ContentEncodingContext.builder().contentEncodingsDiscoverServices(false).build())
        .addProtocol(Http1Config.builder().validateResponseHeaders(false).build())
        .addRouting(
            HttpRouting.builder()
                .any(
                    (in, out) -> {
                      var answer = new byte[ANSWER_BYTES];
                      Arrays.fill(answer, (byte) ' ');
                      try (var body = in.content().inputStream()) {
                        body.readNBytes(answer, 0, answer.length);
                      }
                      out.send(answer);
                    }))
        .build()
        .start();
    Thread.currentThread().join();
  }

  private static void gateway(int port, Path folder) throws IOException, InterruptedException {
    var closer = new Closer();
    var time = closer.add("time", new WallTime());
    var logs = closer.add("logs", RoleLogs.in(folder.resolve("logs")));
    var registry = MlflowAccess.of(URI.create("http://127.0.0.1:9/mlflow"), Optional.empty());
    var gateway =
        closer.add(
            "gateway",
            Gateway.open(
                GatewaySettings.DEFAULTS,
                registry,
                time,
                Disk.local(),
                folder,
                logs.of("gateway"),
                new SelfMetrics()));
    var server =
        closer.add(
            "server", HttpServer.open("127.0.0.1", port, HttpServer.Limits.guardedBy(TOKEN)));
    server.mount(gateway.mounts());
    gateway.start();
    Runtime.getRuntime().addShutdownHook(new Thread(closer::close));
    Thread.currentThread().join();
  }
}
