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
  private static final Policy POLICY =
      new Policy(
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

  private static State.Observing watching(int good, int missing) {
    return new State.Observing(T, T.plusSeconds(20), T, good, missing);
  }

  record Move(String name, State from, Event event, State expected) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Move> moves() {
    var at = T.plusSeconds(5);
    return Stream.of(
        new Move("its turn", new State.Planned(), new Event.Begun(), new State.Deploying(0)),
        new Move("begun twice", new State.Smoking(1), new Event.Begun(), new State.Smoking(1)),
        new Move(
            "deployed",
            new State.Deploying(1),
            new Event.Done(Step.DEPLOY, at),
            new State.Smoking(0)),
        new Move(
            "smoke passed",
            new State.Smoking(0),
            new Event.Done(Step.SMOKE, at),
            new State.Committing(0)),
        new Move(
            "committed",
            new State.Committing(0),
            new Event.Done(Step.COMMIT, at),
            new State.Reloading(0)),
        new Move(
            "a step of another state",
            new State.Smoking(0),
            new Event.Done(Step.DEPLOY, at),
            new State.Smoking(0)),
        new Move(
            "shifted",
            new State.Reloading(0),
            new Event.Done(Step.RELOAD, at),
            new State.Observing(at, at.plusSeconds(20), at, 0, 0)),
        new Move(
            "deploy refused",
            new State.Deploying(0),
            new Event.Refused(Step.DEPLOY, "corrupt", at),
            new State.Failing(Step.UNSTAGE, "deploy: corrupt", 0)),
        new Move(
            "smoke refused",
            new State.Smoking(0),
            new Event.Refused(Step.SMOKE, "500", at),
            new State.Failing(Step.UNSTAGE, "smoke: 500", 0)),
        new Move(
            "gateway away, first",
            new State.Deploying(0),
            new Event.Away(Step.DEPLOY, "refused", at),
            new State.Deploying(1)),
        new Move(
            "gateway away for good",
            new State.Deploying(2),
            new Event.Away(Step.DEPLOY, "refused", at),
            new State.Failing(Step.UNSTAGE, "deploy: refused (tried 3 times)", 0)),
        new Move(
            "unstaged",
            new State.Failing(Step.UNSTAGE, "smoke: 500", 1),
            new Event.Done(Step.UNSTAGE, at),
            new State.Failing(Step.UNPIN, "smoke: 500", 0)),
        new Move(
            "cannot be unstaged",
            new State.Failing(Step.UNSTAGE, "smoke: 500", 2),
            new Event.Away(Step.UNSTAGE, "x", at),
            new State.Failing(Step.UNPIN, "smoke: 500", 0)),
        new Move(
            "unpinned",
            new State.Failing(Step.UNPIN, "smoke: 500", 0),
            new Event.Done(Step.UNPIN, at),
            new State.Failed("smoke: 500")),
        new Move(
            "Git is away before it is unpinned, never given up",
            new State.Failing(Step.UNPIN, "c", 999),
            new Event.Away(Step.UNPIN, "x", at),
            new State.Failing(Step.UNPIN, "c", 1000)),
        new Move(
            "Git refuses to be unpinned, never given up",
            new State.Failing(Step.UNPIN, "c", 999),
            new Event.Refused(Step.UNPIN, "x", at),
            new State.Failing(Step.UNPIN, "c", 1000)),
        new Move(
            "commit refused",
            new State.Committing(0),
            new Event.Refused(Step.COMMIT, "blocked", at),
            new State.RollingBack(Step.TRAFFIC_BACK, "commit: blocked", at, 0)),
        new Move(
            "reload refused",
            new State.Reloading(0),
            new Event.Refused(Step.RELOAD, "409", at),
            new State.RollingBack(Step.TRAFFIC_BACK, "reload: 409", at, 0)),
        new Move(
            "traffic is back",
            new State.RollingBack(Step.TRAFFIC_BACK, "c", T, 4),
            new Event.Done(Step.TRAFFIC_BACK, at),
            new State.RollingBack(Step.ALIAS_BACK, "c", T, 0)),
        new Move(
            "alias is back",
            new State.RollingBack(Step.ALIAS_BACK, "c", T, 0),
            new Event.Done(Step.ALIAS_BACK, at),
            new State.RollingBack(Step.REVERT, "c", T, 0)),
        new Move(
            "reverted",
            new State.RollingBack(Step.REVERT, "c", T, 0),
            new Event.Done(Step.REVERT, at),
            new State.RolledBack("c")),
        new Move(
            "Git is away on the way back, never given up",
            new State.RollingBack(Step.REVERT, "c", T, 999),
            new Event.Away(Step.REVERT, "x", at),
            new State.RollingBack(Step.REVERT, "c", T, 1000)),
        new Move(
            "a good reading",
            watching(0, 0),
            new Event.Judged(GOOD, at),
            new State.Observing(T, T.plusSeconds(20), at, 1, 0)),
        new Move(
            "enough readings, too early",
            watching(9, 0),
            new Event.Judged(GOOD, at),
            new State.Observing(T, T.plusSeconds(20), at, 10, 0)),
        new Move(
            "long enough, too few readings",
            watching(1, 0),
            new Event.Judged(GOOD, T.plusSeconds(60)),
            new State.Observing(T, T.plusSeconds(20), T.plusSeconds(60), 2, 0)),
        new Move(
            "success",
            watching(2, 0),
            new Event.Judged(GOOD, T.plusSeconds(20)),
            new State.Succeeded()),
        new Move(
            "a missing reading moves the end",
            watching(2, 1),
            new Event.Judged(MISSING, at),
            new State.Observing(T, T.plusSeconds(25), at, 2, 2)),
        new Move(
            "missing at the end is no success",
            watching(9, 0),
            new Event.Judged(MISSING, T.plusSeconds(20)),
            new State.Observing(T, T.plusSeconds(40), T.plusSeconds(20), 9, 1)),
        new Move(
            "data comes back",
            watching(2, 7),
            new Event.Judged(GOOD, at),
            new State.Observing(T, T.plusSeconds(20), at, 3, 0)),
        new Move(
            "held too long",
            watching(2, 7),
            new Event.Judged(MISSING, T.plusSeconds(600)),
            new State.Held("no verdict within 600 s, last: p95: no data")),
        new Move(
            "bad",
            watching(2, 0),
            new Event.Judged(BAD, at),
            new State.RollingBack(Step.TRAFFIC_BACK, "latency", at, 0)),
        new Move(
            "bad at the last reading",
            watching(9, 0),
            new Event.Judged(BAD, T.plusSeconds(20)),
            new State.RollingBack(Step.TRAFFIC_BACK, "latency", T.plusSeconds(20), 0)),
        new Move(
            "judged when it is over",
            new State.Succeeded(),
            new Event.Judged(BAD, at),
            new State.Succeeded()),
        new Move(
            "called off before anything",
            new State.Planned(),
            new Event.CalledOff("Ann", at),
            new State.Failing(Step.UNPIN, "called off: Ann", 0)),
        new Move(
            "called off while smoking",
            new State.Smoking(0),
            new Event.CalledOff("Ann", at),
            new State.Failing(Step.UNSTAGE, "called off: Ann", 0)),
        new Move(
            "called off while watching",
            watching(1, 0),
            new Event.CalledOff("Ann", at),
            new State.RollingBack(Step.TRAFFIC_BACK, "called off: Ann", at, 0)),
        new Move(
            "called off when held",
            new State.Held("x"),
            new Event.CalledOff("Ann", at),
            new State.RollingBack(Step.TRAFFIC_BACK, "called off: Ann", at, 0)),
        new Move(
            "called off too late",
            new State.Succeeded(),
            new Event.CalledOff("Ann", at),
            new State.Succeeded()));
  }

  @ParameterizedTest
  @MethodSource
  void moves(Move move) {
    assertThat(COURSE.decide(move.from(), move.event())).isEqualTo(move.expected());
  }

  @Test
  void aFirstDeploymentHasNowhereToGoBackTo() {
    var first = new RolloutStateMachine(POLICY, false);
    assertThat(first.decide(watching(0, 0), new Event.Judged(BAD, T)))
        .isEqualTo(new State.Held("latency; there is no last good version to go back to"));
    assertThat(first.decide(new State.Reloading(0), new Event.Refused(Step.RELOAD, "409", T)))
        .isEqualTo(new State.RollingBack(Step.TRAFFIC_BACK, "reload: 409", T, 0));
  }

  @Test
  void theThirdMissingReadingRaisesTheAlertOnce() {
    State state = watching(1, 0);
    int alerts = 0;
    for (int i = 1; i <= 6; i++) {
      var next = COURSE.decide(state, new Event.Judged(MISSING, T.plusSeconds(5 * i)));
      if (COURSE.raisesAlert(state, next)) {
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
    assertThat(COURSE.work(new State.Reloading(0)))
        .isEqualTo(new NextAction.Do(Step.RELOAD, Duration.ZERO));
    assertThat(COURSE.work(new State.Reloading(2)))
        .isEqualTo(new NextAction.Do(Step.RELOAD, Duration.ofMillis(500)));
    assertThat(COURSE.work(new State.RollingBack(Step.REVERT, "c", T, 500)))
        .isEqualTo(new NextAction.Do(Step.REVERT, Duration.ofSeconds(5)));
    assertThat(COURSE.work(watching(0, 0))).isEqualTo(new NextAction.Look(Duration.ofSeconds(5)));
  }

  /// Whatever happens in whatever order: success only after enough good readings in an unbroken
  /// watch, never back on missing data.
  @RepeatedTest(200)
  void randomEventsNeverBreakThePromises(RepetitionInfo repetition) {
    long seed = Long.getLong("seed", repetition.getCurrentRepetition());
    var random = new Random(seed);
    State state = new State.Planned();
    var at = T;
    int good = 0;
    for (int i = 0; i < 300; i++) {
      at = at.plusSeconds(random.nextInt(10));
      var event = event(random, at);
      var next = COURSE.decide(state, event);
      good =
          event instanceof Event.Judged judged
                  && judged.verdict() instanceof Verdict.Good
                  && state instanceof State.Observing
              ? good + 1
              : good;
      if (next instanceof State.Succeeded && !(state instanceof State.Succeeded)) {
        assertThat(event).as("seed %d", seed).isInstanceOf(Event.Judged.class);
        assertThat(good).as("seed %d", seed).isGreaterThanOrEqualTo(POLICY.leastGood());
      }
      if (event instanceof Event.Judged judged
          && judged.verdict() instanceof Verdict.Missing
          && !state.isFinal()) {
        assertThat(next).as("seed %d", seed).isNotInstanceOf(State.Succeeded.class);
        if (!(state instanceof State.RollingBack)) {
          assertThat(next).as("seed %d", seed).isNotInstanceOf(State.RollingBack.class);
        }
      }
      if (next instanceof State.RollingBack back && !(state instanceof State.RollingBack)) {
        assertThat(back.step())
            .as("seed %d: traffic goes first", seed)
            .isEqualTo(Step.TRAFFIC_BACK);
      }
      assertThat(COURSE.work(next) instanceof NextAction.Nothing)
          .as("seed %d", seed)
          .isEqualTo(next.isFinal());
      state = next;
    }
  }

  private static Event event(Random random, Instant at) {
    var step = Step.values()[random.nextInt(Step.values().length)];
    return switch (random.nextInt(8)) {
      case 0 -> new Event.Begun();
      case 1, 2 -> new Event.Done(step, at);
      case 3 -> new Event.Away(step, "away", at);
      case 4 ->
          random.nextInt(10) == 0 ? new Event.Refused(step, "no", at) : new Event.Done(step, at);
      case 5 -> new Event.Judged(random.nextInt(20) == 0 ? BAD : MISSING, at);
      default -> new Event.Judged(GOOD, at);
    };
  }
}
