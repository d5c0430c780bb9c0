package dev.gori.alerts;

import dev.gori.base.json.Json;
import dev.gori.base.observe.SelfMetrics;
import dev.gori.clients.AlertmanagerClient;
import dev.gori.http.HttpCalls;
import dev.gori.http.HttpServer;
import dev.gori.kernel.disk.Disk;
import dev.gori.kernel.label.Labels;
import dev.gori.kernel.time.Time;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/// A live alerts role behind a real port, on a disk and a time of the test's choice.
final class AlertsRig implements AutoCloseable {
  static final String TOKEN = "test-token";

  final HttpServer server;
  final Alerts alerts;
  final AlertmanagerClient client;
  final SelfMetrics metrics;
  final HttpCalls calls = HttpCalls.within(Duration.ofSeconds(10));

  private AlertsRig(HttpServer server, Alerts alerts, SelfMetrics metrics) {
    this.server = server;
    this.metrics = metrics;
    this.alerts = alerts;
    this.client = new AlertmanagerClient(api(), TOKEN, Duration.ofSeconds(10));
  }

  static AlertsRig start(String config, Time time, Disk disk, Path folder) throws IOException {
    return start(config, AlertsSettings.DEFAULTS, time, disk, folder);
  }

  static AlertsRig start(String config, AlertsSettings settings, Time time, Disk disk, Path folder)
      throws IOException {
    var server = HttpServer.open("127.0.0.1", 0, HttpServer.Limits.guardedBy(TOKEN));
    var metrics = new SelfMetrics();
    try {
      var alerts =
          Alerts.open(
              settings,
              ConfigFiles.of("alertmanager.yaml", config),
              server.uri(),
              time,
              disk,
              folder,
              LoggerFactory.getLogger("alerts-test"),
              metrics);
      server.mount(alerts.mounts());
      alerts.start();
      return new AlertsRig(server, alerts, metrics);
    } catch (IOException | RuntimeException e) {
      server.close();
      throw e;
    }
  }

  URI api() {
    return URI.create(server.uri() + "/alertmanager");
  }

  void fire(Instant startsAt, @Nullable Instant endsAt, String... labels) {
    fire(startsAt, endsAt, Labels.of("summary", "it is broken"), labels);
  }

  void fire(Instant startsAt, @Nullable Instant endsAt, Labels annotations, String... labels) {
    var outcome =
        client.send(
            List.of(
                new AlertmanagerClient.Alert(
                    Labels.of(labels),
                    annotations,
                    startsAt,
                    endsAt,
                    "http://prometheus/graph?g0.expr=up")));
    if (!(outcome instanceof AlertmanagerClient.Outcome.Accepted)) {
      throw new AssertionError(outcome.toString());
    }
  }

  JsonNode get(String path) {
    var answer = calls.get(URI.create(server.uri() + path));
    if (!answer.isOk()) {
      throw new AssertionError(path + ": " + answer.status() + " " + answer.text());
    }
    return Json.parse(answer.body());
  }

  /// The value of an own metric, 0 when it has none.
  double metric(String name, String label) {
    return metrics.registry().scrape(wanted -> wanted.equals(name)).stream()
        .flatMap(snapshot -> snapshot.getDataPoints().stream())
        .filter(point -> point.getLabels().stream().anyMatch(l -> l.getValue().equals(label)))
        .mapToDouble(
            point ->
                switch (point) {
                  case CounterDataPointSnapshot counter -> counter.getValue();
                  case GaugeDataPointSnapshot gauge -> gauge.getValue();
                  default -> 0;
                })
        .sum();
  }

  int status(String method, String path, String body, Map<String, String> headers) {
    return calls
        .call(
            method,
            URI.create(server.uri() + path),
            "application/json",
            body.getBytes(StandardCharsets.UTF_8),
            headers)
        .status();
  }

  @Override
  public void close() {
    client.close();
    calls.close();
    alerts.close();
    server.close();
  }
}
