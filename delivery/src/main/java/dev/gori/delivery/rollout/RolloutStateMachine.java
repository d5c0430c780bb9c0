package dev.gori.delivery.rollout;

import java.time.Duration;
import java.time.Instant;

/// The state machine of a rollout.
///
/// @param hasLastGood whether there is a version to roll back to; a first deployment has none
public record RolloutStateMachine(RolloutPolicy policy, boolean hasLastGood) {

  /*
   * planned → deploying → smoking → committing → reloading → observing → succeeded
   *              ↓            ↓          ↓            ↓           ↓ ↘
   *              └─ failing ──┘          └───── rolling_back ─────┘  held
   *              unstage → unpin            traffic → alias → revert
   *                 failed                        ↓
   *                                          rolled_back
   *
   * An event that does not match the state changes nothing: a step that ran twice after a
   * restart reports its end twice.
   */

  private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

  /// The state after an event.
  public RolloutState next(RolloutState state, RolloutEvent event) {
    return switch (event) {
      case RolloutEvent.Started() ->
          state instanceof RolloutState.Planned ? new RolloutState.Deploying(0) : state;
      case RolloutEvent.Done(var step, var at) -> isAt(state, step) ? done(state, at) : state;
      case RolloutEvent.Refused(var step, var why, var at) ->
          isAt(state, step) ? refused(state, why, at) : state;
      case RolloutEvent.Unreachable(var step, var why, var at) ->
          isAt(state, step) ? unreachable(state, why, at) : state;
      case RolloutEvent.Judged(var verdict, var at) ->
          state instanceof RolloutState.Observing watching ? judged(watching, verdict, at) : state;
      case RolloutEvent.RollbackRequested(var why, var at) -> rollbackRequested(state, why, at);
    };
  }

  /// The next action in a state.
  public NextAction nextAction(RolloutState state) {
    return switch (state) {
      case RolloutState.Planned() -> new NextAction.AwaitTurn();
      case RolloutState.Deploying(int failures) -> attempt(RolloutStep.DEPLOY, failures);
      case RolloutState.Smoking(int failures) -> attempt(RolloutStep.SMOKE, failures);
      case RolloutState.Committing(int failures) -> attempt(RolloutStep.COMMIT, failures);
      case RolloutState.Reloading(int failures) -> attempt(RolloutStep.RELOAD, failures);
      case RolloutState.Observing watching ->
          new NextAction.Observe(
              watching.last().equals(watching.since()) ? policy.settle() : policy.interval());
      case RolloutState.Failing(var step, _, int failures) -> attempt(step, failures);
      case RolloutState.RollingBack(var step, _, _, int failures) -> attempt(step, failures);
      case RolloutState.Succeeded _,
          RolloutState.Failed _,
          RolloutState.RolledBack _,
          RolloutState.Held _ ->
          new NextAction.None();
    };
  }

  /// Whether this transition must raise the critical alert of a hold.
  public boolean mustRaiseHoldAlert(RolloutState before, RolloutState now) {
    boolean enough =
        now instanceof RolloutState.Observing watching
            && watching.missing() >= policy.missesBeforeAlert();
    boolean already =
        before instanceof RolloutState.Observing watching
            && watching.missing() >= policy.missesBeforeAlert();
    return (enough && !already)
        || (now instanceof RolloutState.Held && !(before instanceof RolloutState.Held) && !already);
  }

  private static NextAction attempt(RolloutStep step, int failures) {
    if (failures == 0) {
      return new NextAction.Attempt(step, Duration.ZERO);
    }
    long doubled = FIRST_PAUSE.toMillis() << Math.min(failures - 1, 10);
    return new NextAction.Attempt(
        step, Duration.ofMillis(Math.min(doubled, LONGEST_PAUSE.toMillis())));
  }

  private boolean isAt(RolloutState state, RolloutStep step) {
    return nextAction(state) instanceof NextAction.Attempt(var at, _) && at == step;
  }

  private RolloutState done(RolloutState state, Instant at) {
    return switch (state) {
      case RolloutState.Deploying _ -> new RolloutState.Smoking(0);
      case RolloutState.Smoking _ -> new RolloutState.Committing(0);
      case RolloutState.Committing _ -> new RolloutState.Reloading(0);
      case RolloutState.Reloading _ ->
          new RolloutState.Observing(at, at.plus(policy.window()), at, 0, 0);
      case RolloutState.Failing(var step, var cause, _) -> unstaged(step, cause);
      case RolloutState.RollingBack(var step, var cause, var verdict, _) ->
          switch (step) {
            case TRAFFIC_BACK ->
                new RolloutState.RollingBack(RolloutStep.ALIAS_BACK, cause, verdict, 0);
            case ALIAS_BACK -> new RolloutState.RollingBack(RolloutStep.REVERT, cause, verdict, 0);
            case REVERT -> new RolloutState.RolledBack(cause);
            case DEPLOY, SMOKE, COMMIT, RELOAD, UNSTAGE, UNPIN -> state;
          };
      case RolloutState.Planned _,
          RolloutState.Observing _,
          RolloutState.Succeeded _,
          RolloutState.Failed _,
          RolloutState.RolledBack _,
          RolloutState.Held _ ->
          state;
    };
  }

  private RolloutState refused(RolloutState state, String why, Instant at) {
    return switch (state) {
      case RolloutState.Deploying _ -> failing("deploy: " + why);
      case RolloutState.Smoking _ -> failing("smoke: " + why);
      case RolloutState.Committing _ -> rollBack("commit: " + why, at);
      case RolloutState.Reloading _ -> rollBack("reload: " + why, at);
      case RolloutState.Failing(var step, var cause, _) ->
          step == RolloutStep.UNPIN ? countFailure(state) : unstaged(step, cause);
      case RolloutState.RollingBack _ -> countFailure(state);
      case RolloutState.Planned _,
          RolloutState.Observing _,
          RolloutState.Succeeded _,
          RolloutState.Failed _,
          RolloutState.RolledBack _,
          RolloutState.Held _ ->
          state;
    };
  }

  private RolloutState unreachable(RolloutState state, String why, Instant at) {
    var next = countFailure(state);
    return failures(next) >= policy.attempts() && !mustBeDone(next)
        ? refused(state, withAttempts(why), at)
        : next;
  }

  /// Delivery retries rollback steps and `UNPIN` without limit: Git must not keep declaring a
  /// version that does not serve.
  private static boolean mustBeDone(RolloutState state) {
    return state instanceof RolloutState.RollingBack
        || state instanceof RolloutState.Failing(var step, _, _) && step == RolloutStep.UNPIN;
  }

  private static RolloutState failing(String cause) {
    return new RolloutState.Failing(RolloutStep.UNSTAGE, cause, 0);
  }

  private static RolloutState unstaged(RolloutStep done, String cause) {
    return done == RolloutStep.UNSTAGE
        ? new RolloutState.Failing(RolloutStep.UNPIN, cause, 0)
        : new RolloutState.Failed(cause);
  }

  private static int failures(RolloutState state) {
    return switch (state) {
      case RolloutState.Deploying(int failures) -> failures;
      case RolloutState.Smoking(int failures) -> failures;
      case RolloutState.Committing(int failures) -> failures;
      case RolloutState.Reloading(int failures) -> failures;
      case RolloutState.Failing(_, _, int failures) -> failures;
      case RolloutState.RollingBack(_, _, _, int failures) -> failures;
      case RolloutState.Planned _,
          RolloutState.Observing _,
          RolloutState.Succeeded _,
          RolloutState.Failed _,
          RolloutState.RolledBack _,
          RolloutState.Held _ ->
          0;
    };
  }

  private String withAttempts(String why) {
    return "%s (tried %d times)".formatted(why, policy.attempts());
  }

  private static RolloutState countFailure(RolloutState state) {
    return switch (state) {
      case RolloutState.Deploying(int failures) -> new RolloutState.Deploying(failures + 1);
      case RolloutState.Smoking(int failures) -> new RolloutState.Smoking(failures + 1);
      case RolloutState.Committing(int failures) -> new RolloutState.Committing(failures + 1);
      case RolloutState.Reloading(int failures) -> new RolloutState.Reloading(failures + 1);
      case RolloutState.Failing(var step, var cause, int failures) ->
          new RolloutState.Failing(step, cause, failures + 1);
      case RolloutState.RollingBack(var step, var cause, var verdict, int failures) ->
          new RolloutState.RollingBack(step, cause, verdict, failures + 1);
      case RolloutState.Planned _,
          RolloutState.Observing _,
          RolloutState.Succeeded _,
          RolloutState.Failed _,
          RolloutState.RolledBack _,
          RolloutState.Held _ ->
          state;
    };
  }

  private RolloutState judged(RolloutState.Observing watching, Verdict verdict, Instant at) {
    return switch (verdict) {
      case Verdict.Bad(var cause, _) ->
          hasLastGood
              ? rollBack(cause, at)
              : new RolloutState.Held(cause + "; there is no last good version to go back to");
      case Verdict.Good _ -> {
        int good = watching.good() + 1;
        yield good >= policy.leastGood() && !at.isBefore(watching.until())
            ? new RolloutState.Succeeded()
            : new RolloutState.Observing(watching.since(), watching.until(), at, good, 0);
      }
      case Verdict.Missing(var why, _) -> {
        if (!at.isBefore(watching.since().plus(policy.longestHold()))) {
          yield new RolloutState.Held(
              "no verdict within %d s, last: %s".formatted(policy.longestHold().toSeconds(), why));
        }
        var until = watching.until().plus(Duration.between(watching.last(), at));
        yield new RolloutState.Observing(
            watching.since(), until, at, watching.good(), watching.missing() + 1);
      }
    };
  }

  private RolloutState rollbackRequested(RolloutState state, String why, Instant at) {
    return switch (state) {
      case RolloutState.Planned _ ->
          new RolloutState.Failing(RolloutStep.UNPIN, "called off: " + why, 0);
      case RolloutState.Deploying _, RolloutState.Smoking _ -> failing("called off: " + why);
      case RolloutState.Committing _, RolloutState.Reloading _ ->
          rollBack("called off: " + why, at);
      case RolloutState.Observing _, RolloutState.Held _ ->
          hasLastGood ? rollBack("called off: " + why, at) : state;
      case RolloutState.Failing _,
          RolloutState.RollingBack _,
          RolloutState.Succeeded _,
          RolloutState.Failed _,
          RolloutState.RolledBack _ ->
          state;
    };
  }

  /// A rollback starts with traffic.
  private static RolloutState rollBack(String cause, Instant verdict) {
    return new RolloutState.RollingBack(RolloutStep.TRAFFIC_BACK, cause, verdict, 0);
  }
}
