package dev.gori.app.check;

import dev.gori.app.running.Poller;
import dev.gori.app.running.RunningEnvironment;
import dev.gori.base.json.Json;
import dev.gori.clients.AlertmanagerClient.Alert;
import dev.gori.clients.AlertmanagerClient.Outcome;
import dev.gori.kernel.label.Labels;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

/// Statement 7: an environment's alert reaches its own channel and no other.
final class TestAlert extends EachEnvironment {

  private static final Duration PATIENCE = Duration.ofSeconds(40);

  TestAlert() {
    super("a test alert reaches the environment's own channel and no other");
  }

  @Override
  Proof proveIn(RunningEnvironment environment, List<RunningEnvironment> others) {
    var mark = "check " + UUID.randomUUID();
    var now = environment.now();
    var labels =
        Labels.of(
            "alertname",
            "GoriCheck",
            "namespace",
            "serving-" + environment.name(),
            "severity",
            "info",
            "check",
            mark);
    var text = Labels.of("summary", "Test alert of the operating checklist: " + mark);
    var outcome =
        environment.alerts().send(List.of(new Alert(labels, text, now, now.plusSeconds(120), "")));
    if (!(outcome instanceof Outcome.Accepted)) {
      return Proof.failed("the alert was not accepted: %s", outcome);
    }
    long began = System.nanoTime();
    boolean isThere = Poller.untilTrue(PATIENCE, () -> inbox(environment).contains(mark));
    double seconds = (System.nanoTime() - began) / 1e9;
    environment.alerts().send(List.of(new Alert(labels, text, now, environment.now(), "")));
    if (!isThere) {
      return Proof.failed(
          "not in the inbox of %s after %d s", environment.name(), PATIENCE.toSeconds());
    }
    var strays =
        others.stream()
            .filter(other -> inbox(other).contains(mark))
            .map(RunningEnvironment::name)
            .toList();
    return strays.isEmpty()
        ? Proof.passed("in its inbox after %.1f s, in no other", seconds)
        : Proof.failed("also in the inbox of %s", String.join(", ", strays));
  }

  private static String inbox(RunningEnvironment environment) {
    return Json.text(environment.json("/api/v1/inbox?limit=100"));
  }
}
