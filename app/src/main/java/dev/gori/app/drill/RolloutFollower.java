package dev.gori.app.drill;

import dev.gori.app.running.Poller;
import dev.gori.clients.DeliveryClient.Rollout;
import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/// Follows a version's rollout and prints each stage change on the timeline.
final class RolloutFollower {

  private static final int LOOKED_AT = 20;

  private final DrillContext context;
  private final int version;
  private final Map<String, String> seen = new HashMap<>();
  private String state = "";

  RolloutFollower(DrillContext context, int version) {
    this.context = context;
    this.version = version;
  }

  /// @return the rollout once the condition holds
  /// @throws FaultException TIMED_OUT with the rollout's last state
  Rollout until(String what, Duration deadline, Predicate<Rollout> condition) {
    return Poller.until(deadline, () -> current().filter(condition))
        .orElseThrow(
            () ->
                new FaultException(
                    Fault.TIMED_OUT,
                    "%s: not within %d s; the rollout of version %d is '%s'"
                        .formatted(what, deadline.toSeconds(), version, state)));
  }

  private Optional<Rollout> current() {
    var found =
        context.environment().delivery().rollouts(LOOKED_AT).stream()
            .filter(one -> one.version() == version)
            .findFirst();
    found.ifPresent(this::show);
    return found;
  }

  private void show(Rollout rollout) {
    for (var stage : rollout.stages()) {
      var before = seen.put(stage.name(), stage.state());
      if (!stage.state().equals(before) && !stage.state().equals("pending")) {
        Instant at =
            stage.isOver()
                ? stage.ended().orElseGet(context.environment()::now)
                : stage.started().orElseGet(context.environment()::now);
        context
            .timeline()
            .record(
                at,
                "%s %s%s"
                    .formatted(
                        stage.name(),
                        stage.state(),
                        stage.detail().isEmpty() ? "" : ": " + stage.detail()));
      }
    }
    if (!rollout.state().equals(state)) {
      state = rollout.state();
    }
  }
}
