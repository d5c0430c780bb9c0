package dev.gori.delivery.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class JudgeTest {

  private static final List<RollbackRule> RULES =
      List.of(
          new RollbackRule.Limit(
              "instance down", new MetricThreshold("up", "up", MetricThreshold.Side.UNDER, 1)),
          new RollbackRule.Failures(
              "errors", "requests", "failures", new SequentialErrorAnalysis(0.02)),
          new RollbackRule.Limit(
              "latency", new MetricThreshold("p95", "p95", MetricThreshold.Side.OVER, 0.8)));

  private static final Measurement NONE = new Measurement.NoData();
  private static final Measurement AWAY = new Measurement.Failed("connection refused");

  record Case(
      String name,
      Measurement up,
      Measurement failures,
      Measurement requests,
      Measurement p95,
      String expected) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Measurement v(double value) {
    return Measurement.of(value);
  }

  static Stream<Case> verdicts() {
    var unclear =
        " is over 0.02, which so few requests may show by chance: %d more without a failure clear it, about %d more with this ratio roll back";
    return Stream.of(
        new Case("all well", v(1), v(0), v(100), v(0.01), "good"),
        new Case("exactly at every limit", v(1), v(2), v(100), v(0.8), "good"),
        new Case("no user yet", v(1), v(0), v(0), v(0.01), "good"),
        new Case("down", v(0), v(0), v(9), v(0.01), "bad: instance down (up 0, under 1)"),
        new Case(
            "errors",
            v(1),
            v(30),
            v(100),
            v(0.01),
            "bad: errors (error_ratio 0.3 (30 of 100), significantly over 0.02)"),
        new Case(
            "every one of the first five fails",
            v(1),
            v(5),
            v(5),
            v(0.01),
            "bad: errors (error_ratio 1 (5 of 5), significantly over 0.02)"),
        new Case(
            "one of a few fails",
            v(1),
            v(1),
            v(10),
            v(0.01),
            "hold: error_ratio: 0.1 (1 of 10)" + unclear.formatted(40, 55)),
        new Case("a small share of many", v(1), v(20), v(2_000), v(0.01), "good"),
        new Case(
            "a scrape came between the two answers",
            v(1),
            v(6),
            v(5),
            v(0.01),
            "bad: errors (error_ratio 1 (5 of 5), significantly over 0.02)"),
        new Case("slow", v(1), v(0), v(9), v(0.9001), "bad: latency (p95 0.9001, over 0.8)"),
        new Case(
            "slow and failing",
            v(1),
            v(9),
            v(9),
            v(2),
            "bad: errors (error_ratio 1 (9 of 9), significantly over 0.02); latency (p95 2, over 0.8)"),
        new Case("no up", NONE, v(0), v(9), v(0.01), "hold: up: no data"),
        new Case("no p95", v(1), v(0), v(0), NONE, "hold: p95: no data"),
        new Case(
            "no counts", v(1), NONE, NONE, v(0.1), "hold: failures: no data; requests: no data"),
        new Case("p95 is NaN", v(1), v(0), v(9), v(Double.NaN), "hold: p95: no data"),
        new Case(
            "p95 is infinite", v(1), v(0), v(9), v(Double.POSITIVE_INFINITY), "hold: p95: no data"),
        new Case(
            "failures without all requests", v(1), v(90), NONE, v(0.01), "hold: requests: no data"),
        new Case(
            "metrics away",
            AWAY,
            AWAY,
            AWAY,
            AWAY,
            "hold: up: query failed: connection refused; failures: query failed: connection refused; "
                + "requests: query failed: connection refused; p95: query failed: connection refused"),
        new Case(
            "down counts though the rest is missing",
            v(0),
            NONE,
            NONE,
            NONE,
            "bad: instance down (up 0, under 1)"),
        new Case(
            "errors count though the rest is missing",
            NONE,
            v(9),
            v(9),
            AWAY,
            "bad: errors (error_ratio 1 (9 of 9), significantly over 0.02)"));
  }

  @ParameterizedTest
  @MethodSource
  void verdicts(Case c) {
    var readings =
        Map.of("up", c.up(), "failures", c.failures(), "requests", c.requests(), "p95", c.p95());
    var verdict = Judge.judge(RULES, query -> readings.getOrDefault(query, NONE));
    var got =
        switch (verdict) {
          case Verdict.Good _ -> "good";
          case Verdict.Missing(var why, _) -> "hold: " + why;
          case Verdict.Bad(var cause, _) -> "bad: " + cause;
        };
    assertThat(got).isEqualTo(c.expected());
    assertThat(verdict.evidence())
        .hasSizeBetween(3, 4)
        .allSatisfy(e -> assertThat(e.query()).isNotEmpty());
  }
}
