package dev.gori.delivery.controller;

import dev.gori.delivery.record.RolloutRecord;
import dev.gori.delivery.record.Stage;
import dev.gori.delivery.rollout.RolloutState;
import java.time.Instant;

/// Keeps the stages that people see in step with the states.
final class StageUpdates {

  private StageUpdates() {}

  static RolloutRecord update(RolloutRecord rollout, RolloutState before, Instant at) {
    var next = rollout.state();
    var left = name(before);
    var entered = name(next);
    var changed = rollout;
    if (!left.equals(entered) && !left.isEmpty()) {
      var how =
          isSetback(next) && !(before instanceof RolloutState.RollingBack) ? "failed" : "succeeded";
      changed = changed.with(changed.stage(left).ended(how, at, detail(changed, left, how)));
    }
    if (!entered.isEmpty()) {
      var stage = changed.stage(entered);
      changed = changed.with(stage.running(at).withDetail(progress(changed)));
    }
    if (next.isFinal() || next instanceof RolloutState.Failing) {
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
    if (stage.name().equals("rollback") && rollout.state() instanceof RolloutState.Failing) {
      return stage;
    }
    return stage.name().equals("rollback") && rollout.fact("revert_commit").isPresent()
        ? stage.ended("succeeded", at, rollout.fact("rollback_detail").orElse(""))
        : new Stage(stage.name(), "skipped", stage.started(), stage.ended(), "");
  }

  private static boolean isSetback(RolloutState state) {
    return switch (state) {
      case RolloutState.Failing _,
          RolloutState.Failed _,
          RolloutState.RollingBack _,
          RolloutState.RolledBack _,
          RolloutState.Held _ ->
          true;
      case RolloutState.Planned _,
          RolloutState.Deploying _,
          RolloutState.Smoking _,
          RolloutState.Committing _,
          RolloutState.Reloading _,
          RolloutState.Observing _,
          RolloutState.Succeeded _ ->
          false;
    };
  }

  private static String detail(RolloutRecord rollout, String stage, String how) {
    return how.equals("failed")
        ? rollout.state().cause()
        : rollout.fact(stage + "_detail").orElse(rollout.stage(stage).detail());
  }

  private static String progress(RolloutRecord rollout) {
    return switch (rollout.state()) {
      case RolloutState.Observing(_, _, _, int good, int missing) ->
          missing == 0
              ? "%d good readings".formatted(good)
              : "holding: %d readings without a verdict in a row, last: %s"
                  .formatted(missing, rollout.fact("last_missing").orElse(""));
      case RolloutState.RollingBack(var step, var cause, _, int failures) ->
          failures == 0
              ? cause
              : "%s; %s failed %d times: %s"
                  .formatted(cause, step, failures, rollout.fact("last_failure").orElse(""));
      case RolloutState.Deploying(int failures) -> waiting(rollout, failures);
      case RolloutState.Smoking(int failures) -> waiting(rollout, failures);
      case RolloutState.Committing(int failures) -> waiting(rollout, failures);
      case RolloutState.Reloading(int failures) -> waiting(rollout, failures);
      case RolloutState.Planned _,
          RolloutState.Failing _,
          RolloutState.Succeeded _,
          RolloutState.Failed _,
          RolloutState.RolledBack _,
          RolloutState.Held _ ->
          "";
    };
  }

  private static String waiting(RolloutRecord rollout, int failures) {
    return failures == 0
        ? ""
        : "failed %d times: %s".formatted(failures, rollout.fact("last_failure").orElse(""));
  }

  private static String name(RolloutState state) {
    return switch (state) {
      case RolloutState.Deploying _ -> "deploy";
      case RolloutState.Smoking _ -> "smoke";
      case RolloutState.Committing _ -> "commit";
      case RolloutState.Reloading _ -> "reload";
      case RolloutState.Observing _ -> "observe";
      case RolloutState.RollingBack _ -> "rollback";
      case RolloutState.Planned _,
          RolloutState.Failing _,
          RolloutState.Succeeded _,
          RolloutState.Failed _,
          RolloutState.RolledBack _,
          RolloutState.Held _ ->
          "";
    };
  }
}
