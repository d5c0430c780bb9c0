package dev.gori.delivery.controller;

import dev.gori.delivery.record.RolloutFact;
import dev.gori.delivery.record.RolloutRecord;
import dev.gori.delivery.record.RolloutStage;
import dev.gori.delivery.record.Stage;
import dev.gori.delivery.record.StageState;
import dev.gori.delivery.rollout.RolloutState;
import java.time.Instant;
import java.util.Optional;

/// Derives a rollout's stages, which the API shows, from its states.
final class StageUpdates {

  private StageUpdates() {}

  static RolloutRecord update(RolloutRecord rollout, RolloutState before, Instant at) {
    var next = rollout.state();
    var left = stage(before);
    var entered = stage(next);
    var changed = rollout;
    if (left.isPresent() && !left.equals(entered)) {
      var how =
          isSetback(next) && !(before instanceof RolloutState.RollingBack)
              ? StageState.FAILED
              : StageState.SUCCEEDED;
      changed =
          changed.with(changed.stage(left.get()).ended(how, at, detail(changed, left.get(), how)));
    }
    if (entered.isPresent()) {
      var stage = changed.stage(entered.get());
      changed = changed.with(stage.running(at).withDetail(progress(changed)));
    }
    if (next.isFinal() || next instanceof RolloutState.Failing) {
      for (var stage : RolloutStage.values()) {
        if (changed.stage(stage).state() == StageState.PENDING) {
          changed = changed.with(skipped(changed, stage, at));
        }
      }
    }
    return changed;
  }

  /// A stage that will not run. If traffic was not shifted, a rollback is only the commit that
  /// reverts the pin.
  private static Stage skipped(RolloutRecord rollout, RolloutStage name, Instant at) {
    var stage = rollout.stage(name);
    if (name == RolloutStage.ROLLBACK && rollout.state() instanceof RolloutState.Failing) {
      return stage;
    }
    return name == RolloutStage.ROLLBACK && rollout.fact(RolloutFact.REVERT_COMMIT).isPresent()
        ? stage.ended(
            StageState.SUCCEEDED, at, rollout.fact(RolloutFact.ROLLBACK_DETAIL).orElse(""))
        : new Stage(stage.name(), StageState.SKIPPED, stage.started(), stage.ended(), "");
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

  private static String detail(RolloutRecord rollout, RolloutStage stage, StageState how) {
    return how == StageState.FAILED
        ? rollout.state().cause()
        : stage.detailFact().flatMap(rollout::fact).orElse(rollout.stage(stage).detail());
  }

  private static String progress(RolloutRecord rollout) {
    return switch (rollout.state()) {
      case RolloutState.Observing(_, _, _, int good, int missing) ->
          missing == 0
              ? "%d good readings".formatted(good)
              : "holding: %d readings without a verdict in a row, last: %s"
                  .formatted(missing, rollout.fact(RolloutFact.LAST_MISSING).orElse(""));
      case RolloutState.RollingBack(var step, var cause, _, int failures) ->
          failures == 0
              ? cause
              : "%s; %s failed %d times: %s"
                  .formatted(
                      cause, step, failures, rollout.fact(RolloutFact.LAST_FAILURE).orElse(""));
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
        : "failed %d times: %s"
            .formatted(failures, rollout.fact(RolloutFact.LAST_FAILURE).orElse(""));
  }

  private static Optional<RolloutStage> stage(RolloutState state) {
    return switch (state) {
      case RolloutState.Deploying _ -> Optional.of(RolloutStage.DEPLOY);
      case RolloutState.Smoking _ -> Optional.of(RolloutStage.SMOKE);
      case RolloutState.Committing _ -> Optional.of(RolloutStage.COMMIT);
      case RolloutState.Reloading _ -> Optional.of(RolloutStage.RELOAD);
      case RolloutState.Observing _ -> Optional.of(RolloutStage.OBSERVE);
      case RolloutState.RollingBack _ -> Optional.of(RolloutStage.ROLLBACK);
      case RolloutState.Planned _,
          RolloutState.Failing _,
          RolloutState.Succeeded _,
          RolloutState.Failed _,
          RolloutState.RolledBack _,
          RolloutState.Held _ ->
          Optional.empty();
    };
  }
}
