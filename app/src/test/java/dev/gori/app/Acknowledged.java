package dev.gori.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gori.app.running.RunningEnvironment;
import dev.gori.clients.AlertmanagerClient;
import dev.gori.clients.AlertmanagerClient.Silence;
import dev.gori.clients.AlertmanagerClient.SilenceMatcher;
import dev.gori.clients.LokiClient;
import dev.gori.clients.Mlflow;
import dev.gori.clients.PrometheusClient;
import dev.gori.clients.s3.ObjectPath;
import dev.gori.kernel.label.Labels;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;

/// One of each kind of thing that a platform says it has taken: it must have it for good.
///
/// @param name of the series, the stream and the alert
/// @param run the id of a tracking run
record Acknowledged(
    String name, Instant at, String silence, List<String> lines, ObjectPath object, String run) {

  private static final int LINES = 200;

  static Acknowledged by(RunningEnvironment environment) throws IOException {
    return by(environment, "taken_before_the_kill");
  }

  /// Returns when all is acknowledged.
  ///
  /// @param name of nothing that was acknowledged before
  static Acknowledged by(RunningEnvironment environment, String name) throws IOException {
    var now = environment.now();
    var end = now.plus(Duration.ofHours(1));
    RemoteWrite.sample(environment, name, 42);
    var lines =
        IntStream.range(0, LINES).mapToObj(i -> "line %d of %s".formatted(i, name)).toList();
    long nanos = now.getEpochSecond() * 1_000_000_000L;
    var entries =
        IntStream.range(0, LINES)
            .mapToObj(i -> new LokiClient.Entry(nanos + i, lines.get(i)))
            .toList();
    assertThat(
            environment
                .logs()
                .push(List.of(new LokiClient.Stream(Labels.of("app", name), entries))))
        .isInstanceOf(LokiClient.Outcome.Accepted.class);
    var alert =
        new AlertmanagerClient.Alert(
            Labels.of("alertname", name, "severity", "info"),
            Labels.of("summary", "kept"),
            now,
            end,
            "");
    assertThat(environment.alerts().send(List.of(alert)))
        .isInstanceOf(AlertmanagerClient.Outcome.Accepted.class);
    var silence =
        environment
            .alerts()
            .silence(
                new Silence(
                    "",
                    List.of(new SilenceMatcher("alertname", name, false, true)),
                    now,
                    end,
                    "journey",
                    "kept over kills",
                    ""));
    return new Acknowledged(
        name, now, silence, lines, object(environment, name), run(environment, name));
  }

  /// Its key looks like the name of a temporary file, and is none.
  private static ObjectPath object(RunningEnvironment environment, String name) {
    var path =
        new ObjectPath(
            "raw-" + environment.name(), "kept/%s/%s".formatted(name, UUID.randomUUID()));
    try (var store = environment.store()) {
      store.put(path, name.getBytes(StandardCharsets.UTF_8), "text/plain");
    }
    return path;
  }

  private static String run(RunningEnvironment environment, String name) {
    try (var registry = environment.registry()) {
      return registry
          .createRun(registry.experimentId("kept"), name, environment.now(), Map.of())
          .id();
    }
  }

  void areThere(RunningEnvironment environment) {
    try (var store = environment.store();
        var registry = environment.registry()) {
      assertThat(store.bytes(object, 1_000)).asString().isEqualTo(name);
      assertThat(registry.searchRuns(List.of(registry.experimentId("kept")), "", List.of(), 1_000))
          .extracting(Mlflow.Run::id)
          .contains(run);
    }
    var until = environment.now();
    assertThat(environment.metrics().instant("last_over_time(%s[1h])".formatted(name), until))
        .isInstanceOfSatisfying(
            PrometheusClient.Outcome.Answer.class,
            answer -> assertThat(answer.value()).isEqualTo(42));
    assertThat(
            environment
                .logs()
                .queryRange("{app=\"%s\"}".formatted(name), at.minusSeconds(60), until, 5_000))
        .flatExtracting(LokiClient.Stream::entries)
        .extracting(LokiClient.Entry::line)
        .containsExactlyInAnyOrderElementsOf(lines);
    assertThat(environment.alerts().alerts(List.of("alertname=\"%s\"".formatted(name))))
        .singleElement()
        .satisfies(known -> assertThat(known.silencedBy()).containsExactly(silence));
    assertThat(environment.alerts().silences(List.of()))
        .filteredOn(one -> one.id().equals(silence))
        .singleElement()
        .satisfies(one -> assertThat(one.state()).isEqualTo("active"));
  }
}
