package dev.gori.serving.gateway;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import dev.gori.base.json.Json;
import dev.gori.base.observe.SelfMetrics;
import dev.gori.clients.MlflowAccess;
import dev.gori.http.ClientResponse;
import dev.gori.http.HttpCalls;
import dev.gori.http.HttpServer;
import dev.gori.kernel.disk.Disk;
import dev.gori.kernel.time.WallTime;
import dev.gori.training.Dataset;
import dev.gori.training.Row;
import dev.gori.training.Training;
import dev.gori.training.TrainingRequest;
import dev.gori.training.TrainingRequest.Algorithm;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import tools.jackson.databind.JsonNode;

/// A gateway behind a real port, with what it logged.
final class GatewayRig implements AutoCloseable {

  static final String TOKEN = "dev-token";
  static final byte[] LINEAR = model(Algorithm.LOGISTIC_REGRESSION);
  static final byte[] TREES = model(Algorithm.GRADIENT_BOOSTED_TREES);
  static final String ROW = "{\"data\": [[0.5, -1.5, 2]]}";

  final Gateway gateway;
  final List<String> lines = new CopyOnWriteArrayList<>();
  private final WallTime time = new WallTime();
  private final HttpServer server;
  private final HttpCalls calls = HttpCalls.within(Duration.ofSeconds(30));

  GatewayRig(GatewaySettings settings, URI registry, Path folder) throws IOException {
    this(settings, registry, folder, Disk.local());
  }

  GatewayRig(GatewaySettings settings, URI registry, Path folder, Disk disk) throws IOException {
    gateway =
        Gateway.open(
            settings,
            MlflowAccess.of(registry, Optional.empty()),
            time,
            disk,
            folder,
            logger(),
            new SelfMetrics());
    server = HttpServer.open("127.0.0.1", 0, HttpServer.Limits.guardedBy(TOKEN));
    server.mount(gateway.mounts());
    gateway.start();
  }

  URI uri() {
    return server.uri();
  }

  ClientResponse get(String path) {
    return calls.get(server.uri().resolve(path));
  }

  ClientResponse post(String path, String body, Map<String, String> headers) {
    return calls.post(
        server.uri().resolve(path),
        "application/json",
        body.getBytes(StandardCharsets.UTF_8),
        headers);
  }

  ClientResponse predict(String body) {
    return post("/predict", body, Map.of());
  }

  ClientResponse reload(String variant, String body) {
    return post("/variant/" + variant + "/reload", body, HttpCalls.bearer(TOKEN));
  }

  ClientResponse traffic(String body) {
    return calls.call(
        "PUT",
        server.uri().resolve("/traffic"),
        "application/json",
        body.getBytes(StandardCharsets.UTF_8),
        HttpCalls.bearer(TOKEN));
  }

  static JsonNode json(ClientResponse answer) {
    return Json.parse(answer.body());
  }

  static String message(ClientResponse answer) {
    return json(answer).path("error").path("message").asString("");
  }

  /// The value of a sample in the text of `/metrics`, by its name and labels as they are written
  /// there; 0 when it is not there.
  double metric(String name) {
    return get("/metrics")
        .text()
        .lines()
        .filter(line -> line.startsWith(name + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
        .findFirst()
        .orElse(0);
  }

  private Logger logger() {
    var logger = new LoggerContext().getLogger("gateway");
    logger.setLevel(Level.INFO);
    var appender =
        new AppenderBase<ILoggingEvent>() {
          @Override
          protected void append(ILoggingEvent event) {
            lines.add(event.getFormattedMessage());
          }
        };
    appender.start();
    logger.addAppender(appender);
    return logger;
  }

  private static byte[] model(Algorithm algorithm) {
    var random = new Random(1);
    var rows = new ArrayList<Row>();
    for (int i = 0; i < 400; i++) {
      var features =
          new float[] {
            (float) random.nextGaussian(), (float) random.nextGaussian(), random.nextInt(5)
          };
      rows.add(
          new Row(
              features,
              features[0] - features[1] + random.nextGaussian() / 2 > 0 ? 1 : 0,
              "row" + i));
    }
    var dataset =
        Dataset.collect(List.of("event_value", "amount", "session"), rows.iterator(), 400);
    return Training.train(TrainingRequest.of(algorithm, 1), dataset).onnx();
  }

  /// As the program stops: the port first, then the role.
  void stop() {
    server.close();
    gateway.close();
  }

  @Override
  public void close() {
    stop();
    calls.close();
    time.close();
  }
}
