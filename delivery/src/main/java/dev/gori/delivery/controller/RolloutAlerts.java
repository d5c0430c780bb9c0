package dev.gori.delivery.controller;

import dev.gori.delivery.record.DeliveryStore;
import dev.gori.delivery.record.RolloutFact;
import dev.gori.delivery.record.RolloutRecord;
import dev.gori.kernel.id.EnvironmentName;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// The alerts of a rollout, for the on-call engineer.
final class RolloutAlerts {

  private final EnvironmentName environment;
  private final AlertOutbox outbox;
  private final DeliveryStore records;
  private final Duration alertFor;

  RolloutAlerts(
      EnvironmentName environment, AlertOutbox outbox, DeliveryStore records, Duration alertFor) {
    this.environment = environment;
    this.outbox = outbox;
    this.records = records;
    this.alertFor = alertFor;
  }

  /// Raises the alert once traffic is back; the revert commit may still be pending.
  void rolledBack(RolloutRecord rollout) {
    var revert =
        rollout
            .fact(RolloutFact.REVERT_COMMIT)
            .orElse("waits: " + rollout.fact(RolloutFact.LAST_FAILURE).orElse("being written"));
    var annotations =
        annotations(
            rollout,
            "%s version %d was taken back in %s"
                .formatted(rollout.request().model(), rollout.request().version(), environment));
    annotations.put("revert_commit", revert);
    annotations.put("evidence", evidence(rollout));
    rollout
        .fact(RolloutFact.TRAFFIC_BACK_MS)
        .ifPresent(ms -> annotations.put("traffic_back", ms + " ms after the verdict"));
    outbox.raise("rolled-back-" + rollout.id(), labels(rollout, "RolloutRolledBack"), annotations);
  }

  void rollbackIsOver(RolloutRecord rollout) {
    var revert =
        rollout
            .fact(RolloutFact.REVERT_COMMIT)
            .orElse("not needed: nothing of the version was left in Git");
    outbox.end(
        "rolled-back-" + rollout.id(),
        alertFor,
        Map.of(
            "revert_commit",
            revert,
            "summary",
            "%s version %d is out of %s, reverted by %s"
                .formatted(
                    rollout.request().model(), rollout.request().version(), environment, revert)));
  }

  void holding(RolloutRecord rollout, String why) {
    var annotations =
        annotations(
            rollout,
            "The rollout of %s version %d in %s holds: there is not enough evidence"
                .formatted(rollout.request().model(), rollout.request().version(), environment));
    annotations.put("cause", why);
    outbox.raise("holding-" + rollout.id(), labels(rollout, "RolloutHolding"), annotations);
  }

  void holdIsOver(RolloutRecord rollout, String how) {
    outbox.end("holding-" + rollout.id(), Duration.ZERO, Map.of("summary", how));
  }

  private Map<String, String> labels(RolloutRecord rollout, String name) {
    var labels = new TreeMap<String, String>();
    labels.put("alertname", name);
    labels.put("namespace", "serving-" + environment);
    labels.put("severity", "critical");
    labels.put("model", rollout.request().model());
    labels.put("version", Integer.toString(rollout.request().version()));
    labels.put("rollout", rollout.id());
    if (rollout.request().isCause()) {
      labels.put("commit", rollout.request().commit());
    }
    return labels;
  }

  private static Map<String, String> annotations(RolloutRecord rollout, String summary) {
    var annotations = new TreeMap<String, String>();
    annotations.put("summary", summary);
    annotations.put("cause", rollout.state().cause());
    annotations.put(
        "description",
        "Cause: %s. Traffic is on %s."
            .formatted(rollout.state().cause(), RevertMessage.name(rollout.previous())));
    return annotations;
  }

  private String evidence(RolloutRecord rollout) {
    return records.rounds(rollout.id(), 1).stream()
        .flatMap(round -> round.evidence().stream())
        .map(Object::toString)
        .collect(Collectors.joining("; "));
  }
}
