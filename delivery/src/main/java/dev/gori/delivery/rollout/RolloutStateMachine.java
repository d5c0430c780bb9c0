package dev.gori.delivery.rollout;

import java.time.Duration;
import java.time.Instant;

/// The state machine of a rollout.
///
/// @param hasLastGood whether there is a version to go back to; a first deployment has none
public record RolloutStateMachine(Policy policy, boolean hasLastGood) {

  /*
   * planned → deploying → smoking → committing → reloading → observing → succeeded
   *              ↓            ↓          ↓            ↓           ↓ ↘
   *              └─ failing ──┘          └───── rolling_back ─────┘  held
   *              unstage → unpin            traffic → alias → revert
   *                 failed                        ↓
   *                                          rolled_back
   *
   * An event that does not belong to the state changes nothing: a step that was done twice
   * after a restart says so twice.
   */

  private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

  /// What an event makes of a state.
  public State decide(State state, Event event) {
    return switch (event) {
      case Event.Begun() -> state instanceof State.Planned ? new State.Deploying(0) : state;
      case Event.Done(var step, var at) -> isAt(state, step) ? done(state, at) : state;
      case Event.Refused(var step, var why, var at) ->
          isAt(state, step) ? refused(state, why, at) : state;
      case Event.Away(var step, var why, var at) ->
          isAt(state, step) ? away(state, why, at) : state;
      case Event.Judged(var verdict, var at) ->
          state instanceof State.Observing watching ? judged(watching, verdict, at) : state;
      case Event.CalledOff(var why, var at) -> calledOff(state, why, at);
    };
  }

  /// What there is to do in a state.
  public NextAction work(State state) {
    return switch (state) {
      case State.Planned() -> new NextAction.Wait();
      case State.Deploying(int failures) -> attempt(Step.DEPLOY, failures);
      case State.Smoking(int failures) -> attempt(Step.SMOKE, failures);
      case State.Committing(int failures) -> attempt(Step.COMMIT, failures);
      case State.Reloading(int failures) -> attempt(Step.RELOAD, failures);
      case State.Observing watching ->
          new NextAction.Look(
              watching.last().equals(watching.since()) ? policy.settle() : policy.interval());
      case State.Failing(var step, _, int failures) -> attempt(step, failures);
      case State.RollingBack(var step, _, _, int failures) -> attempt(step, failures);
      case State.Succeeded _, State.Failed _, State.RolledBack _, State.Held _ ->
          new NextAction.Nothing();
    };
  }

  /// Whether this change of state is the one at which a critical alert is due.
  public boolean raisesAlert(State before, State now) {
    boolean enough =
        now instanceof State.Observing watching && watching.missing() >= policy.missesBeforeAlert();
    boolean already =
        before instanceof State.Observing watching
            && watching.missing() >= policy.missesBeforeAlert();
    return (enough && !already)
        || (now instanceof State.Held && !(before instanceof State.Held) && !already);
  }

  private static NextAction attempt(Step step, int failures) {
    if (failures == 0) {
      return new NextAction.Do(step, Duration.ZERO);
    }
    long doubled = FIRST_PAUSE.toMillis() << Math.min(failures - 1, 10);
    return new NextAction.Do(step, Duration.ofMillis(Math.min(doubled, LONGEST_PAUSE.toMillis())));
  }

  private boolean isAt(State state, Step step) {
    return work(state) instanceof NextAction.Do(var at, _) && at == step;
  }

  private State done(State state, Instant at) {
    return switch (state) {
      case State.Deploying _ -> new State.Smoking(0);
      case State.Smoking _ -> new State.Committing(0);
      case State.Committing _ -> new State.Reloading(0);
      case State.Reloading _ -> new State.Observing(at, at.plus(policy.window()), at, 0, 0);
      case State.Failing(var step, var cause, _) -> unstaged(step, cause);
      case State.RollingBack(var step, var cause, var verdict, _) ->
          switch (step) {
            case TRAFFIC_BACK -> new State.RollingBack(Step.ALIAS_BACK, cause, verdict, 0);
            case ALIAS_BACK -> new State.RollingBack(Step.REVERT, cause, verdict, 0);
            case REVERT -> new State.RolledBack(cause);
            case DEPLOY, SMOKE, COMMIT, RELOAD, UNSTAGE, UNPIN -> state;
          };
      case State.Planned _,
          State.Observing _,
          State.Succeeded _,
          State.Failed _,
          State.RolledBack _,
          State.Held _ ->
          state;
    };
  }

  private State refused(State state, String why, Instant at) {
    return switch (state) {
      case State.Deploying _ -> failing("deploy: " + why);
      case State.Smoking _ -> failing("smoke: " + why);
      case State.Committing _ -> back("commit: " + why, at);
      case State.Reloading _ -> back("reload: " + why, at);
      case State.Failing(var step, var cause, _) ->
          step == Step.UNPIN ? again(state) : unstaged(step, cause);
      case State.RollingBack _ -> again(state);
      case State.Planned _,
          State.Observing _,
          State.Succeeded _,
          State.Failed _,
          State.RolledBack _,
          State.Held _ ->
          state;
    };
  }

  private State away(State state, String why, Instant at) {
    var next = again(state);
    return failures(next) >= policy.attempts() && !mustBeDone(next)
        ? refused(state, tried(why), at)
        : next;
  }

  /// On the way back nothing is given up: Git must not go on declaring what does not serve.
  private static boolean mustBeDone(State state) {
    return state instanceof State.RollingBack
        || state instanceof State.Failing(var step, _, _) && step == Step.UNPIN;
  }

  private static State failing(String cause) {
    return new State.Failing(Step.UNSTAGE, cause, 0);
  }

  private static State unstaged(Step done, String cause) {
    return done == Step.UNSTAGE ? new State.Failing(Step.UNPIN, cause, 0) : new State.Failed(cause);
  }

  private static int failures(State state) {
    return switch (state) {
      case State.Deploying(int failures) -> failures;
      case State.Smoking(int failures) -> failures;
      case State.Committing(int failures) -> failures;
      case State.Reloading(int failures) -> failures;
      case State.Failing(_, _, int failures) -> failures;
      case State.RollingBack(_, _, _, int failures) -> failures;
      case State.Planned _,
          State.Observing _,
          State.Succeeded _,
          State.Failed _,
          State.RolledBack _,
          State.Held _ ->
          0;
    };
  }

  private String tried(String why) {
    return "%s (tried %d times)".formatted(why, policy.attempts());
  }

  private static State again(State state) {
    return switch (state) {
      case State.Deploying(int failures) -> new State.Deploying(failures + 1);
      case State.Smoking(int failures) -> new State.Smoking(failures + 1);
      case State.Committing(int failures) -> new State.Committing(failures + 1);
      case State.Reloading(int failures) -> new State.Reloading(failures + 1);
      case State.Failing(var step, var cause, int failures) ->
          new State.Failing(step, cause, failures + 1);
      case State.RollingBack(var step, var cause, var verdict, int failures) ->
          new State.RollingBack(step, cause, verdict, failures + 1);
      case State.Planned _,
          State.Observing _,
          State.Succeeded _,
          State.Failed _,
          State.RolledBack _,
          State.Held _ ->
          state;
    };
  }

  private State judged(State.Observing watching, Verdict verdict, Instant at) {
    return switch (verdict) {
      case Verdict.Bad(var cause, _) ->
          hasLastGood
              ? back(cause, at)
              : new State.Held(cause + "; there is no last good version to go back to");
      case Verdict.Good _ -> {
        int good = watching.good() + 1;
        yield good >= policy.leastGood() && !at.isBefore(watching.until())
            ? new State.Succeeded()
            : new State.Observing(watching.since(), watching.until(), at, good, 0);
      }
      case Verdict.Missing(var why, _) -> {
        if (!at.isBefore(watching.since().plus(policy.longestHold()))) {
          yield new State.Held(
              "no verdict within %d s, last: %s".formatted(policy.longestHold().toSeconds(), why));
        }
        var until = watching.until().plus(Duration.between(watching.last(), at));
        yield new State.Observing(
            watching.since(), until, at, watching.good(), watching.missing() + 1);
      }
    };
  }

  private State calledOff(State state, String why, Instant at) {
    return switch (state) {
      case State.Planned _ -> new State.Failing(Step.UNPIN, "called off: " + why, 0);
      case State.Deploying _, State.Smoking _ -> failing("called off: " + why);
      case State.Committing _, State.Reloading _ -> back("called off: " + why, at);
      case State.Observing _, State.Held _ -> hasLastGood ? back("called off: " + why, at) : state;
      case State.Failing _,
          State.RollingBack _,
          State.Succeeded _,
          State.Failed _,
          State.RolledBack _ ->
          state;
    };
  }

  /// The way back begins with traffic.
  private static State back(String cause, Instant verdict) {
    return new State.RollingBack(Step.TRAFFIC_BACK, cause, verdict, 0);
  }
}
