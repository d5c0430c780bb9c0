package dev.gori.delivery.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class RolloutStateMachineTest {

  private static final Instant T = Instant.parse("2030-01-01T00:00:00Z");
  private static final RolloutPolicy POLICY =
      new RolloutPolicy(
          Duration.ofSeconds(20),
          Duration.ofSeconds(5),
          Duration.ofSeconds(5),
          3,
          3,
          Duration.ofMinutes(10),
          3);
  private static final RolloutStateMachine COURSE = new RolloutStateMachine(POLICY, true);
  private static final Verdict GOOD = new Verdict.Good(List.of());
  private static final Verdict MISSING = new Verdict.Missing("p95: no data", List.of());
  private static final Verdict BAD = new Verdict.Bad("latency", List.of());

  private static RolloutState.Observing watching(int good, int missing) {
    return new RolloutState.Observing(T, T.plusSeconds(20), T, good, missing);
  }

  record Move(String name, RolloutState from, RolloutEvent event, RolloutState expected) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Move> moves() {
    var at = T.plusSeconds(5);
    return Stream.of(
        new Move(
            "its turn",
            new RolloutState.Planned(),
            new RolloutEvent.Started(),
            new RolloutState.Deploying(0)),
        new Move(
            "begun twice",
            new RolloutState.Smoking(1),
            new RolloutEvent.Started(),
            new RolloutState.Smoking(1)),
        new Move(
            "deployed",
            new RolloutState.Deploying(1),
            new RolloutEvent.Done(RolloutStep.DEPLOY, at),
            new RolloutState.Smoking(0)),
        new Move(
            "smoke passed",
            new RolloutState.Smoking(0),
            new RolloutEvent.Done(RolloutStep.SMOKE, at),
            new RolloutState.Committing(0)),
        new Move(
            "committed",
            new RolloutState.Committing(0),
            new RolloutEvent.Done(RolloutStep.COMMIT, at),
            new RolloutState.Reloading(0)),
        new Move(
            "a step of another state",
            new RolloutState.Smoking(0),
            new RolloutEvent.Done(RolloutStep.DEPLOY, at),
            new RolloutState.Smoking(0)),
        new Move(
            "shifted",
            new RolloutState.Reloading(0),
            new RolloutEvent.Done(RolloutStep.RELOAD, at),
            new RolloutState.Observing(at, at.plusSeconds(20), at, 0, 0)),
        new Move(
            "deploy refused",
            new RolloutState.Deploying(0),
            new RolloutEvent.Refused(RolloutStep.DEPLOY, "corrupt", at),
            new RolloutState.Failing(RolloutStep.UNSTAGE, "deploy: corrupt", 0)),
        new Move(
            "smoke refused",
            new RolloutState.Smoking(0),
            new RolloutEvent.Refused(RolloutStep.SMOKE, "500", at),
            new RolloutState.Failing(RolloutStep.UNSTAGE, "smoke: 500", 0)),
        new Move(
            "gateway away, first",
            new RolloutState.Deploying(0),
            new RolloutEvent.Unreachable(RolloutStep.DEPLOY, "refused", at),
            new RolloutState.Deploying(1)),
        new Move(
            "gateway away for good",
            new RolloutState.Deploying(2),
            new RolloutEvent.Unreachable(RolloutStep.DEPLOY, "refused", at),
            new RolloutState.Failing(RolloutStep.UNSTAGE, "deploy: refused (tried 3 times)", 0)),
        new Move(
            "unstaged",
            new RolloutState.Failing(RolloutStep.UNSTAGE, "smoke: 500", 1),
            new RolloutEvent.Done(RolloutStep.UNSTAGE, at),
            new RolloutState.Failing(RolloutStep.UNPIN, "smoke: 500", 0)),
        new Move(
            "cannot be unstaged",
            new RolloutState.Failing(RolloutStep.UNSTAGE, "smoke: 500", 2),
            new RolloutEvent.Unreachable(RolloutStep.UNSTAGE, "x", at),
            new RolloutState.Failing(RolloutStep.UNPIN, "smoke: 500", 0)),
        new Move(
            "unpinned",
            new RolloutState.Failing(RolloutStep.UNPIN, "smoke: 500", 0),
            new RolloutEvent.Done(RolloutStep.UNPIN, at),
            new RolloutState.Failed("smoke: 500")),
        new Move(
            "Git is away before it is unpinned, never given up",
            new RolloutState.Failing(RolloutStep.UNPIN, "c", 999),
            new RolloutEvent.Unreachable(RolloutStep.UNPIN, "x", at),
            new RolloutState.Failing(RolloutStep.UNPIN, "c", 1000)),
        new Move(
            "Git refuses to be unpinned, never given up",
            new RolloutState.Failing(RolloutStep.UNPIN, "c", 999),
            new RolloutEvent.Refused(RolloutStep.UNPIN, "x", at),
            new RolloutState.Failing(RolloutStep.UNPIN, "c", 1000)),
        new Move(
            "commit refused",
            new RolloutState.Committing(0),
            new RolloutEvent.Refused(RolloutStep.COMMIT, "blocked", at),
            new RolloutState.RollingBack(RolloutStep.TRAFFIC_BACK, "commit: blocked", at, 0)),
        new Move(
            "reload refused",
            new RolloutState.Reloading(0),
            new RolloutEvent.Refused(RolloutStep.RELOAD, "409", at),
            new RolloutState.RollingBack(RolloutStep.TRAFFIC_BACK, "reload: 409", at, 0)),
        new Move(
            "traffic is back",
            new RolloutState.RollingBack(RolloutStep.TRAFFIC_BACK, "c", T, 4),
            new RolloutEvent.Done(RolloutStep.TRAFFIC_BACK, at),
            new RolloutState.RollingBack(RolloutStep.ALIAS_BACK, "c", T, 0)),
        new Move(
            "alias is back",
            new RolloutState.RollingBack(RolloutStep.ALIAS_BACK, "c", T, 0),
            new RolloutEvent.Done(RolloutStep.ALIAS_BACK, at),
            new RolloutState.RollingBack(RolloutStep.REVERT, "c", T, 0)),
        new Move(
            "reverted",
            new RolloutState.RollingBack(RolloutStep.REVERT, "c", T, 0),
            new RolloutEvent.Done(RolloutStep.REVERT, at),
            new RolloutState.RolledBack("c")),
        new Move(
            "Git is away on the way back, never given up",
            new RolloutState.RollingBack(RolloutStep.REVERT, "c", T, 999),
            new RolloutEvent.Unreachable(RolloutStep.REVERT, "x", at),
            new RolloutState.RollingBack(RolloutStep.REVERT, "c", T, 1000)),
        new Move(
            "a good reading",
            watching(0, 0),
            new RolloutEvent.Judged(GOOD, at),
            new RolloutState.Observing(T, T.plusSeconds(20), at, 1, 0)),
        new Move(
            "enough readings, too early",
            watching(9, 0),
            new RolloutEvent.Judged(GOOD, at),
            new RolloutState.Observing(T, T.plusSeconds(20), at, 10, 0)),
        new Move(
            "long enough, too few readings",
            watching(1, 0),
            new RolloutEvent.Judged(GOOD, T.plusSeconds(60)),
            new RolloutState.Observing(T, T.plusSeconds(20), T.plusSeconds(60), 2, 0)),
        new Move(
            "success",
            watching(2, 0),
            new RolloutEvent.Judged(GOOD, T.plusSeconds(20)),
            new RolloutState.Succeeded()),
        new Move(
            "a missing reading moves the end",
            watching(2, 1),
            new RolloutEvent.Judged(MISSING, at),
            new RolloutState.Observing(T, T.plusSeconds(25), at, 2, 2)),
        new Move(
            "missing at the end is no success",
            watching(9, 0),
            new RolloutEvent.Judged(MISSING, T.plusSeconds(20)),
            new RolloutState.Observing(T, T.plusSeconds(40), T.plusSeconds(20), 9, 1)),
        new Move(
            "data comes back",
            watching(2, 7),
            new RolloutEvent.Judged(GOOD, at),
            new RolloutState.Observing(T, T.plusSeconds(20), at, 3, 0)),
        new Move(
            "held too long",
            watching(2, 7),
            new RolloutEvent.Judged(MISSING, T.plusSeconds(600)),
            new RolloutState.Held("no verdict within 600 s, last: p95: no data")),
        new Move(
            "bad",
            watching(2, 0),
            new RolloutEvent.Judged(BAD, at),
            new RolloutState.RollingBack(RolloutStep.TRAFFIC_BACK, "latency", at, 0)),
        new Move(
            "bad at the last reading",
            watching(9, 0),
            new RolloutEvent.Judged(BAD, T.plusSeconds(20)),
            new RolloutState.RollingBack(
                RolloutStep.TRAFFIC_BACK, "latency", T.plusSeconds(20), 0)),
        new Move(
            "judged when it is over",
            new RolloutState.Succeeded(),
            new RolloutEvent.Judged(BAD, at),
            new RolloutState.Succeeded()),
        new Move(
            "called off before anything",
            new RolloutState.Planned(),
            new RolloutEvent.RollbackRequested("Ann", at),
            new RolloutState.Failing(RolloutStep.UNPIN, "called off: Ann", 0)),
        new Move(
            "called off while smoking",
            new RolloutState.Smoking(0),
            new RolloutEvent.RollbackRequested("Ann", at),
            new RolloutState.Failing(RolloutStep.UNSTAGE, "called off: Ann", 0)),
        new Move(
            "called off while watching",
            watching(1, 0),
            new RolloutEvent.RollbackRequested("Ann", at),
            new RolloutState.RollingBack(RolloutStep.TRAFFIC_BACK, "called off: Ann", at, 0)),
        new Move(
            "called off when held",
            new RolloutState.Held("x"),
            new RolloutEvent.RollbackRequested("Ann", at),
            new RolloutState.RollingBack(RolloutStep.TRAFFIC_BACK, "called off: Ann", at, 0)),
        new Move(
            "called off too late",
            new RolloutState.Succeeded(),
            new RolloutEvent.RollbackRequested("Ann", at),
            new RolloutState.Succeeded()));
  }

  @ParameterizedTest
  @MethodSource
  void moves(Move move) {
    assertThat(COURSE.next(move.from(), move.event())).isEqualTo(move.expected());
  }

  @Test
  void aFirstDeploymentHasNowhereToGoBackTo() {
    var first = new RolloutStateMachine(POLICY, false);
    assertThat(first.next(watching(0, 0), new RolloutEvent.Judged(BAD, T)))
        .isEqualTo(new RolloutState.Held("latency; there is no last good version to go back to"));
    assertThat(
            first.next(
                new RolloutState.Reloading(0),
                new RolloutEvent.Refused(RolloutStep.RELOAD, "409", T)))
        .isEqualTo(new RolloutState.RollingBack(RolloutStep.TRAFFIC_BACK, "reload: 409", T, 0));
  }

  @Test
  void theThirdMissingReadingRaisesTheAlertOnce() {
    RolloutState state = watching(1, 0);
    int alerts = 0;
    for (int i = 1; i <= 6; i++) {
      var next = COURSE.next(state, new RolloutEvent.Judged(MISSING, T.plusSeconds(5 * i)));
      if (COURSE.mustRaiseHoldAlert(state, next)) {
        alerts++;
        assertThat(i).isEqualTo(3);
      }
      state = next;
    }
    assertThat(alerts).isEqualTo(1);
    assertThat(state.isHolding()).isTrue();
    assertThat(state.isFinal()).isFalse();
  }

  @Test
  void attemptsWaitLongerEachTime() {
    assertThat(COURSE.nextAction(new RolloutState.Reloading(0)))
        .isEqualTo(new NextAction.Attempt(RolloutStep.RELOAD, Duration.ZERO));
    assertThat(COURSE.nextAction(new RolloutState.Reloading(2)))
        .isEqualTo(new NextAction.Attempt(RolloutStep.RELOAD, Duration.ofMillis(500)));
    assertThat(COURSE.nextAction(new RolloutState.RollingBack(RolloutStep.REVERT, "c", T, 500)))
        .isEqualTo(new NextAction.Attempt(RolloutStep.REVERT, Duration.ofSeconds(5)));
    assertThat(COURSE.nextAction(watching(0, 0)))
        .isEqualTo(new NextAction.Observe(Duration.ofSeconds(5)));
  }

  /// Whatever happens in whatever order: success only after enough good readings in an unbroken
  /// watch, never back on missing data.
  @RepeatedTest(200)
  void randomEventsNeverBreakThePromises(RepetitionInfo repetition) {
    long seed = Long.getLong("seed", repetition.getCurrentRepetition());
    var random = new Random(seed);
    RolloutState state = new RolloutState.Planned();
    var at = T;
    int good = 0;
    for (int i = 0; i < 300; i++) {
      at = at.plusSeconds(random.nextInt(10));
      var event = event(random, at);
      var next = COURSE.next(state, event);
      good =
          event instanceof RolloutEvent.Judged judged
                  && judged.verdict() instanceof Verdict.Good
                  && state instanceof RolloutState.Observing
              ? good + 1
              : good;
      if (next instanceof RolloutState.Succeeded && !(state instanceof RolloutState.Succeeded)) {
        assertThat(event).as("seed %d", seed).isInstanceOf(RolloutEvent.Judged.class);
        assertThat(good).as("seed %d", seed).isGreaterThanOrEqualTo(POLICY.leastGood());
      }
      if (event instanceof RolloutEvent.Judged judged
          && judged.verdict() instanceof Verdict.Missing
          && !state.isFinal()) {
        assertThat(next).as("seed %d", seed).isNotInstanceOf(RolloutState.Succeeded.class);
        if (!(state instanceof RolloutState.RollingBack)) {
          assertThat(next).as("seed %d", seed).isNotInstanceOf(RolloutState.RollingBack.class);
        }
      }
      if (next instanceof RolloutState.RollingBack back
          && !(state instanceof RolloutState.RollingBack)) {
        assertThat(back.step())
            .as("seed %d: traffic goes first", seed)
            .isEqualTo(RolloutStep.TRAFFIC_BACK);
      }
      assertThat(COURSE.nextAction(next) instanceof NextAction.None)
          .as("seed %d", seed)
          .isEqualTo(next.isFinal());
      state = next;
    }
  }

  private static RolloutEvent event(Random random, Instant at) {
    var step = RolloutStep.values()[random.nextInt(RolloutStep.values().length)];
    return switch (random.nextInt(8)) {
      case 0 -> new RolloutEvent.Started();
      case 1, 2 -> new RolloutEvent.Done(step, at);
      case 3 -> new RolloutEvent.Unreachable(step, "away", at);
      case 4 ->
          random.nextInt(10) == 0
              ? new RolloutEvent.Refused(step, "no", at)
              : new RolloutEvent.Done(step, at);
      case 5 -> new RolloutEvent.Judged(random.nextInt(20) == 0 ? BAD : MISSING, at);
      default -> new RolloutEvent.Judged(GOOD, at);
    };
  }
}
