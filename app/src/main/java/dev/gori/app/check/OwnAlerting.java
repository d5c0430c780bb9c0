package dev.gori.app.check;

import dev.gori.app.running.Poller;
import dev.gori.app.running.RunningEnvironment;
import dev.gori.base.json.Json;
import dev.gori.clients.AlertmanagerClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Statement 2: Alertmanager runs the configuration that Git declares, and its Watchdog alert fires
/// without a notification.
final class OwnAlerting extends EachEnvironment {

  /// A platform that has just started first evaluates its rules within one rule interval.
  private static final Duration FIRST_ROUND = Duration.ofSeconds(45);

  private final DeclaredState declared;

  OwnAlerting(DeclaredState declared) {
    super("each Alertmanager shows its own configuration; its Watchdog fires and is not sent");
    this.declared = declared;
  }

  @Override
  Proof proveIn(RunningEnvironment environment, List<RunningEnvironment> others) {
    var shown = environment.alerts().status().config();
    var expected =
        declared
            .file(environment.name(), "alertmanager.yaml")
            .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
            .orElse("");
    if (!shown.strip().equals(expected.strip())) {
      return Proof.failed(
          "/api/v2/status shows %d characters that are not the %d of alertmanager.yaml in Git",
          shown.length(), expected.length());
    }
    var watchdog = Poller.until(FIRST_ROUND, () -> watchdog(environment));
    if (watchdog.isEmpty()) {
      return Proof.failed("no active Watchdog alert within %d s", FIRST_ROUND.toSeconds());
    }
    var receivers = watchdog.get().receivers();
    var sent = Json.text(environment.json("/api/v1/inbox?limit=500")).contains("Watchdog");
    return receivers.equals(List.of("null")) && !sent
        ? Proof.passed(
            "configuration as in Git (%d bytes), Watchdog active since %s, receiver null",
            shown.length(), watchdog.get().alert().startsAt())
        : Proof.failed(
            "Watchdog goes to %s, in the inbox: %s (expected: receiver null, nothing in the inbox)",
            receivers, sent);
  }

  private static Optional<AlertmanagerClient.Known> watchdog(RunningEnvironment environment) {
    return environment.alerts().alerts(List.of("alertname=\"Watchdog\"")).stream()
        .filter(alert -> alert.state().equals("active"))
        .findFirst();
  }
}
