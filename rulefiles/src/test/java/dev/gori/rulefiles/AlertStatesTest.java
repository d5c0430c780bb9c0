package dev.gori.rulefiles;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gori.kernel.label.Labels;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class AlertStatesTest {

  private static final Instant START = Instant.parse("2030-01-01T00:00:00Z");

  /// One letter a minute in `seen`: x where the expression is true; in `states` p(ending),
  /// f(iring), `.` for none.
  record Case(String name, Duration hold, Duration keep, String seen, String states) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Case> walksThroughItsStates() {
    var none = Duration.ZERO;
    var two = Duration.ofMinutes(2);
    return Stream.of(
        new Case("fires at once without a hold", none, none, "xx..x", "ff..f"),
        new Case("is pending for as long as the hold", two, none, "xxxx.", "ppff."),
        new Case("a gap starts the hold again", two, none, "xx.xxx", "pp.ppf"),
        new Case("keeps firing", none, two, "x...x", "fff.f"),
        new Case(
            "a short gap inside keep_firing_for is no resolution", none, two, "x..x..", "ffffff"),
        new Case("pending is not kept firing", two, two, "xx..xxx...", "pp..ppfff."));
  }

  @ParameterizedTest
  @MethodSource
  void walksThroughItsStates(Case c) {
    var states = states(c.hold(), c.keep());
    var walked = new StringBuilder();
    for (int minute = 0; minute < c.seen().length(); minute++) {
      states.evaluate(at(minute), c.seen().charAt(minute) == 'x' ? one(minute) : List.of());
      walked.append(
          switch (states.state()) {
            case INACTIVE -> '.';
            case PENDING -> 'p';
            case FIRING -> 'f';
          });
    }
    assertThat(walked).hasToString(c.states());
  }

  @Test
  void aFiringAlertIsSentAtOnceThenEveryResendAndItsResolutionForFifteenMinutes() {
    var states = states(Duration.ZERO, Duration.ZERO);
    var sent = new ArrayList<String>();
    for (int minute = 0; minute < 30; minute++) {
      states.evaluate(at(minute), minute < 5 ? one(minute) : List.of());
      for (var alert : states.takeDue(at(minute), Duration.ofMinutes(3), Duration.ofMinutes(1))) {
        sent.add((alert.resolved() ? "resolved@" : "firing@") + minute);
      }
    }
    assertThat(sent)
        .containsExactly(
            "firing@0", "firing@4", "resolved@5", "resolved@9", "resolved@13", "resolved@17");
    assertThat(states.all()).isEmpty();
  }

  @Test
  void saysFromWhenAndUntilWhenAnAlertHolds() {
    var states = states(Duration.ofMinutes(1), Duration.ZERO);
    states.evaluate(at(0), one(0));
    assertThat(states.takeDue(at(0), Duration.ofMinutes(1), Duration.ofSeconds(15))).isEmpty();
    states.evaluate(at(1), one(7));
    assertThat(states.takeDue(at(1), Duration.ofMinutes(1), Duration.ofSeconds(15)))
        .containsExactly(
            new AlertToSend(
                Labels.of("alertname", "A", "job", "api", "severity", "high"),
                Labels.of("summary", "api=7.0"),
                at(1),
                at(5),
                false));
    states.evaluate(at(2), List.of());
    assertThat(states.takeDue(at(2), Duration.ofMinutes(1), Duration.ofSeconds(15)))
        .singleElement()
        .satisfies(alert -> assertThat(alert.endsAt()).isEqualTo(at(2)));
  }

  @Test
  void whatCouldNotBeSentIsSentInTheNextRound() {
    var states = states(Duration.ZERO, Duration.ZERO);
    states.evaluate(at(0), one(1));
    states.unsent(states.takeDue(at(0), Duration.ofHours(1), Duration.ofMinutes(1)));
    assertThat(states.takeDue(at(1), Duration.ofHours(1), Duration.ofMinutes(1))).hasSize(1);
  }

  @Test
  void whatWasSavedGoesOnAfterARestart() {
    var before = states(Duration.ofMinutes(2), Duration.ZERO);
    before.evaluate(at(0), one(1));
    var after = states(Duration.ofMinutes(2), Duration.ZERO);
    after.restore(before.all());
    after.evaluate(at(2), one(1));
    assertThat(after.state()).isEqualTo(ActiveAlert.State.FIRING);
  }

  @Test
  void refusesTwoElementsThatBecomeTheSameAlertAndKeepsWhatWasThere() {
    var states =
        new AlertStates(
            new Rule.Alerting(
                "A", "x", Duration.ZERO, Duration.ZERO, Labels.of("job", "same"), Labels.EMPTY, 1),
            0,
            (text, labels, value) -> text);
    var outcome =
        states.evaluate(
            at(0),
            List.of(
                new AlertStates.Element(Labels.of("job", "a"), 1),
                new AlertStates.Element(Labels.of("job", "b"), 1)));
    assertThat(outcome)
        .isEqualTo(
            new AlertStates.Outcome.Refused(
                "vector contains metrics with the same labelset after applying alert labels: {alertname=\"A\", job=\"same\"}"));
    assertThat(states.active()).isEmpty();
  }

  @Test
  void refusesMoreThanTheLimit() {
    var states =
        new AlertStates(
            new Rule.Alerting(
                "A", "x", Duration.ZERO, Duration.ZERO, Labels.EMPTY, Labels.EMPTY, 1),
            1,
            (text, labels, value) -> text);
    assertThat(
            states.evaluate(
                at(0),
                List.of(
                    new AlertStates.Element(Labels.of("job", "a"), 1),
                    new AlertStates.Element(Labels.of("job", "b"), 1))))
        .isEqualTo(new AlertStates.Outcome.Refused("exceeded limit of 1 with 2 alerts"));
  }

  private static AlertStates states(Duration hold, Duration keep) {
    var rule =
        new Rule.Alerting(
            "A",
            "x",
            hold,
            keep,
            Labels.of("severity", "high"),
            Labels.of("summary", "$job=$value"),
            1);
    return new AlertStates(
        rule,
        0,
        (text, labels, value) ->
            text.replace("$job", labels.get("job")).replace("$value", Double.toString(value)));
  }

  private static List<AlertStates.Element> one(double value) {
    return List.of(new AlertStates.Element(Labels.of("__name__", "up", "job", "api"), value));
  }

  private static Instant at(int minute) {
    return START.plus(Duration.ofMinutes(minute));
  }
}
