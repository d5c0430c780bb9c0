package dev.gori.delivery.rollouts;

import dev.gori.delivery.record.RolloutRecord;
import dev.gori.delivery.record.Stage;
import dev.gori.delivery.rollout.State;
import java.time.Instant;

/// Keeps the stages that people see in step with the states.
final class Stages {

  private Stages() {}

  static RolloutRecord moved(RolloutRecord rollout, State before, Instant at) {
    var next = rollout.state();
    var left = name(before);
    var entered = name(next);
    var changed = rollout;
    if (!left.equals(entered) && !left.isEmpty()) {
      var how = isSetback(next) && !(before instanceof State.RollingBack) ? "failed" : "succeeded";
      changed = changed.with(changed.stage(left).ended(how, at, detail(changed, left, how)));
    }
    if (!entered.isEmpty()) {
      var stage = changed.stage(entered);
      changed = changed.with(stage.running(at).said(progress(changed)));
    }
    if (next.isFinal() || next instanceof State.Failing) {
      for (var stage : changed.stages()) {
        if (stage.state().equals("pending")) {
          changed = changed.with(left(changed, stage, at));
        }
      }
    }
    return changed;
  }

  /// A stage that does not come any more. Where nothing was shifted, going back is only a commit
  /// that takes a pin out of Git.
  private static Stage left(RolloutRecord rollout, Stage stage, Instant at) {
    if (stage.name().equals("rollback") && rollout.state() instanceof State.Failing) {
      return stage;
    }
    return stage.name().equals("rollback") && rollout.fact("revert_commit").isPresent()
        ? stage.ended("succeeded", at, rollout.fact("rollback_detail").orElse(""))
        : new Stage(stage.name(), "skipped", stage.started(), stage.ended(), "");
  }

  private static boolean isSetback(State state) {
    return switch (state) {
      case State.Failing _, State.Failed _, State.RollingBack _, State.RolledBack _, State.Held _ ->
          true;
      case State.Planned _,
          State.Deploying _,
          State.Smoking _,
          State.Committing _,
          State.Reloading _,
          State.Observing _,
          State.Succeeded _ ->
          false;
    };
  }

  private static String detail(RolloutRecord rollout, String stage, String how) {
    return how.equals("failed")
        ? rollout.state().why()
        : rollout.fact(stage + "_detail").orElse(rollout.stage(stage).detail());
  }

  private static String progress(RolloutRecord rollout) {
    return switch (rollout.state()) {
      case State.Observing(_, _, _, int good, int missing) ->
          missing == 0
              ? "%d good readings".formatted(good)
              : "holding: %d readings without a verdict in a row, last: %s"
                  .formatted(missing, rollout.fact("last_missing").orElse(""));
      case State.RollingBack(var step, var cause, _, int failures) ->
          failures == 0
              ? cause
              : "%s; %s failed %d times: %s"
                  .formatted(cause, step, failures, rollout.fact("last_failure").orElse(""));
      case State.Deploying(int failures) -> waiting(rollout, failures);
      case State.Smoking(int failures) -> waiting(rollout, failures);
      case State.Committing(int failures) -> waiting(rollout, failures);
      case State.Reloading(int failures) -> waiting(rollout, failures);
      case State.Planned _,
          State.Failing _,
          State.Succeeded _,
          State.Failed _,
          State.RolledBack _,
          State.Held _ ->
          "";
    };
  }

  private static String waiting(RolloutRecord rollout, int failures) {
    return failures == 0
        ? ""
        : "failed %d times: %s".formatted(failures, rollout.fact("last_failure").orElse(""));
  }

  private static String name(State state) {
    return switch (state) {
      case State.Deploying _ -> "deploy";
      case State.Smoking _ -> "smoke";
      case State.Committing _ -> "commit";
      case State.Reloading _ -> "reload";
      case State.Observing _ -> "observe";
      case State.RollingBack _ -> "rollback";
      case State.Planned _,
          State.Failing _,
          State.Succeeded _,
          State.Failed _,
          State.RolledBack _,
          State.Held _ ->
          "";
    };
  }
}
