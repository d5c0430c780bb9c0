package dev.gori.alerts.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gori.base.conf.Problems;
import dev.gori.kernel.label.Labels;
import dev.gori.kernel.label.Matcher;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Matching, matchers, inhibition, time intervals and the decisions of a flush, each as a table.
final class RouteTest {
  private static final Configuration CONFIGURATION =
      Configuration.read(
              "am.yaml",
              """
            route:
              receiver: root
              routes:
              - {receiver: dog, matchers: ['alertname="Watchdog"']}
              - {receiver: both, matchers: [team=a], continue: true}
              - receiver: dev
                matchers: ['namespace=~".+-dev"']
                routes: [{receiver: critical, matchers: [severity=critical]}]
            receivers: [{name: root}, {name: dog}, {name: both}, {name: dev}, {name: critical}]
            time_intervals:
            - name: office
              time_intervals:
              - {weekdays: ['monday:friday'], times: [{start_time: '09:00', end_time: '18:00'}], location: Asia/Seoul}
            - {name: month-end, time_intervals: [{days_of_month: ['-2:-1']}]}
            - {name: summer, time_intervals: [{months: ['june:august'], years: ['2026']}]}
            """,
              new Problems())
          .orElseThrow();

  record Case(String name, Labels labels, String receivers) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Case> routes() {
    return Stream.of(
        new Case("nothing matches", Labels.of("a", "b"), "root"),
        new Case(
            "first match wins", Labels.of("alertname", "Watchdog", "namespace", "x-dev"), "dog"),
        new Case(
            "continue tries the next", Labels.of("team", "a", "namespace", "x-dev"), "both dev"),
        new Case(
            "the deepest takes it",
            Labels.of("namespace", "x-dev", "severity", "critical"),
            "critical"),
        new Case("regex is anchored", Labels.of("namespace", "x-dev2"), "root"));
  }

  @ParameterizedTest
  @MethodSource
  void routes(Case c) {
    assertThat(
            CONFIGURATION.route().match(c.labels()).stream()
                .map(Route::receiver)
                .collect(Collectors.joining(" ")))
        .isEqualTo(c.receivers());
  }

  record Text(String text, String expected) {}

  static Stream<Text> reads() {
    return Stream.of(
        new Text("a=b", "a=\"b\""),
        new Text("{a=\"b\"}", "a=\"b\""),
        new Text(" { a = \"b\" , c!=d , } ", "a=\"b\" c!=\"d\""),
        new Text("a=~\"x|y\",b!~z.*", "a=~\"x|y\" b!~\"z.*\""),
        new Text("a=\"q\\\"\\\\d\\n\"", "a=\"q\\\"\\\\d\\n\""),
        new Text("\"name with spaces\"=\"v\"", "name with spaces=\"v\""),
        new Text("a=", "a=\"\""),
        new Text("a=b=c", "a=\"b=c\""),
        new Text("{}", ""),
        new Text("한글=\"é\"", "한글=\"é\""));
  }

  @ParameterizedTest
  @MethodSource
  void reads(Text c) {
    assertThat(
            MatcherText.parse(c.text()).stream()
                .map(Matcher::toString)
                .collect(Collectors.joining(" ")))
        .isEqualTo(c.expected());
  }

  static Stream<Text> refuses() {
    return Stream.of(
        new Text("{a=b", "character 5: expected ',' or '}'"),
        new Text("=b", "character 1: expected a label name"),
        new Text("a b", "character 3: expected an operator"),
        new Text("a=\"b", "character 4: unclosed quote"),
        new Text("a=b\"c", "character 4: a quote inside a bare value"),
        new Text("a=\"b\" c", "character 7: expected the end"),
        new Text("a=~\"(\"", "regular expression '('"));
  }

  @ParameterizedTest
  @MethodSource
  void refuses(Text c) {
    assertThatThrownBy(() -> MatcherText.parse(c.text()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(c.expected());
  }

  record Hours(String name, String interval, String moment, boolean in) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Hours> intervals() {
    return Stream.of(
        new Hours("start is in", "office", "2026-11-23T00:00:00Z", true),
        new Hours("end is out", "office", "2026-11-23T09:00:00Z", false),
        new Hours("sunday is out", "office", "2026-11-22T03:00:00Z", false),
        new Hours("last day but one", "month-end", "2026-02-27T12:00:00Z", true),
        new Hours("not yet the end", "month-end", "2026-02-26T12:00:00Z", false),
        new Hours("july", "summer", "2026-07-01T00:00:00Z", true),
        new Hours("july of another year", "summer", "2027-07-01T00:00:00Z", false));
  }

  @ParameterizedTest
  @MethodSource
  void intervals(Hours c) {
    var at = Instant.parse(c.moment());
    assertThat(
            CONFIGURATION
                .mutingInterval(new Route.Hours(List.of(c.interval()), List.of()), at)
                .isPresent())
        .as("muted")
        .isEqualTo(c.in());
    assertThat(
            CONFIGURATION
                .mutingInterval(new Route.Hours(List.of(), List.of(c.interval())), at)
                .isEmpty())
        .as("active")
        .isEqualTo(c.in());
  }

  record Inhibited(String name, Labels firing, Labels candidate, boolean expected) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Inhibited> inhibits() {
    return Stream.of(
        new Inhibited(
            "same namespace",
            Labels.of("sev", "c", "ns", "a"),
            Labels.of("sev", "w", "ns", "a"),
            true),
        new Inhibited(
            "other namespace",
            Labels.of("sev", "c", "ns", "a"),
            Labels.of("sev", "w", "ns", "b"),
            false),
        new Inhibited("both lack it", Labels.of("sev", "c"), Labels.of("sev", "w"), true),
        new Inhibited("no source", Labels.of("sev", "w"), Labels.of("sev", "w"), false),
        new Inhibited("no target", Labels.of("sev", "c"), Labels.of("sev", "c"), false));
  }

  @ParameterizedTest
  @MethodSource
  void inhibits(Inhibited c) {
    var rule =
        new InhibitRule(
            List.of(Matcher.equal("sev", "c")), List.of(Matcher.equal("sev", "w")), List.of("ns"));
    assertThat(rule.inhibits(c.firing(), c.candidate())).isEqualTo(c.expected());
    var both = new InhibitRule(List.of(), List.of(), List.of());
    assertThat(both.inhibits(c.firing(), c.candidate()))
        .as("an alert that matches both sides")
        .isFalse();
  }

  record Decided(
      String name,
      Optional<Flush.NotifiedAlerts> last,
      Set<String> firing,
      Set<String> resolved,
      boolean sendResolved,
      boolean sends) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Decided> decides() {
    var now = Instant.parse("2030-01-01T04:00:00Z");
    var fresh =
        Optional.of(new Flush.NotifiedAlerts(now.minusSeconds(60), Set.of("a", "b"), Set.of()));
    var old = Optional.of(new Flush.NotifiedAlerts(now.minusSeconds(3601), Set.of("a"), Set.of()));
    var ended = Optional.of(new Flush.NotifiedAlerts(now.minusSeconds(60), Set.of(), Set.of("a")));
    return Stream.of(
        new Decided("new group", Optional.empty(), Set.of("a"), Set.of(), true, true),
        new Decided("new group that is over", Optional.empty(), Set.of(), Set.of("a"), true, false),
        new Decided("nothing changed", fresh, Set.of("a", "b"), Set.of(), true, false),
        new Decided("one more fires", fresh, Set.of("a", "c"), Set.of(), true, true),
        new Decided("one is over", fresh, Set.of("a"), Set.of("b"), true, true),
        new Decided("one is over and nobody asked", fresh, Set.of("a"), Set.of("b"), false, false),
        new Decided("all are over", fresh, Set.of(), Set.of("a", "b"), false, true),
        new Decided("the resolution was notified", ended, Set.of(), Set.of("a"), true, false),
        new Decided("fires again", ended, Set.of("a"), Set.of(), true, true),
        new Decided("time to repeat", old, Set.of("a"), Set.of(), true, true));
  }

  @ParameterizedTest
  @MethodSource
  void decides(Decided c) {
    var now = Instant.parse("2030-01-01T04:00:00Z");
    var decision =
        Flush.decide(
            c.last(),
            new Flush.Seen(c.firing(), c.resolved()),
            c.sendResolved(),
            Duration.ofHours(1),
            now);
    assertThat(decision instanceof Flush.Decision.Send).isEqualTo(c.sends());
  }
}
