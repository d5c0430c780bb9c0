package dev.gori.delivery.controller;

import dev.gori.delivery.record.DeliveryStore;
import dev.gori.delivery.record.RolloutFact;
import dev.gori.delivery.record.RolloutRecord;
import dev.gori.delivery.rollout.RolloutState;
import dev.gori.kernel.time.Time;
import java.time.Duration;
import java.util.OptionalInt;

/// The steps of a rollback. Each may safely run twice.
final class RollbackSteps {

  private static final int ROUNDS_SHOWN = 20;

  private final ServingGateway gateway;
  private final ModelRegistry registry;
  private final RevertCommit revert;
  private final DeliveryStore records;
  private final RolloutConfig rules;
  private final Time time;

  RollbackSteps(
      ServingGateway gateway,
      ModelRegistry registry,
      RevertCommit revert,
      DeliveryStore records,
      RolloutConfig rules,
      Time time) {
    this.gateway = gateway;
    this.registry = registry;
    this.revert = revert;
    this.records = records;
    this.rules = rules;
    this.time = time;
  }

  RolloutRecord traffic(RolloutRecord rollout) {
    if (rollout.previous().isEmpty()) {
      return rollout.withFact(RolloutFact.ROLLBACK_DETAIL, "nothing was served before");
    }
    int good = rollout.previous().getAsInt();
    gateway.reload(rollout.request().variant(), rollout.request().model(), good, "");
    var took =
        rollout.state() instanceof RolloutState.RollingBack back
            ? Duration.between(back.verdict(), time.now())
            : Duration.ZERO;
    return rollout
        .withFact(RolloutFact.TRAFFIC_BACK_MS, Long.toString(took.toMillis()))
        .withFact(
            RolloutFact.ROLLBACK_DETAIL,
            "traffic on version %d %d ms after the verdict".formatted(good, took.toMillis()));
  }

  RolloutRecord alias(RolloutRecord rollout) {
    var request = rollout.request();
    boolean moved =
        registry.alias(request.model(), rules.alias()).equals(OptionalInt.of(request.version()));
    var before =
        rollout
            .fact(RolloutFact.ALIAS_BEFORE)
            .filter(text -> !text.isEmpty())
            .map(Integer::valueOf);
    var back =
        before
            .filter(number -> number != request.version())
            .map(OptionalInt::of)
            .orElse(rollout.previous());
    if (moved && back.isPresent()) {
      registry.pointAlias(
          request.model(),
          rules.alias(),
          back.getAsInt(),
          "rollback " + rollout.id() + ": " + rollout.state().cause());
    } else if (moved) {
      registry.dropAlias(
          request.model(),
          rules.alias(),
          "rollback " + rollout.id() + ": " + rollout.state().cause());
    }
    return rollout;
  }

  /// Writes a revert commit where Git declares the version that never served.
  RolloutRecord unpin(RolloutRecord rollout) {
    return revert.isPinned(rollout) ? revert(rollout) : rollout;
  }

  RolloutRecord revert(RolloutRecord rollout) {
    var outcome = revert.write(rollout, records.rounds(rollout.id(), ROUNDS_SHOWN));
    var detail =
        rollout.fact(RolloutFact.ROLLBACK_DETAIL).orElse("")
            + outcome
                .commit()
                .map(commit -> ", reverted by " + commit.brief())
                .orElse(", nothing of it left in Git");
    var noted =
        rollout.withFact(
            RolloutFact.ROLLBACK_DETAIL,
            outcome.left().isEmpty() ? detail : detail + "; " + outcome.left());
    return outcome
        .commit()
        .map(commit -> noted.withFact(RolloutFact.REVERT_COMMIT, commit.value()))
        .orElse(noted);
  }
}
