package dev.gori.engines.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class JudgeTest {

    private static final List<Rule> RULES =
            List.of(
                    new Rule(
                            "instance down",
                            List.of(new Gate("up", "min(up)", Gate.Side.UNDER, 1))),
                    new Rule(
                            "errors",
                            List.of(
                                    new Gate("error_ratio", "ratio", Gate.Side.OVER, 0.02),
                                    new Gate("errors_per_second", "rate", Gate.Side.OVER, 1))),
                    new Rule("latency", List.of(new Gate("p95", "quantile", Gate.Side.OVER, 0.8))));

    private static final Reading NONE = new Reading.NoData();
    private static final Reading AWAY = new Reading.Failed("connection refused");

    record Case(
            String name, Reading up, Reading ratio, Reading rate, Reading p95, String expected) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Reading v(double value) {
        return Reading.of(value);
    }

    static Stream<Case> verdicts() {
        return Stream.of(
                new Case("all well", v(1), v(0), v(0), v(0.01), "good"),
                new Case("exactly at every limit", v(1), v(0.02), v(1), v(0.8), "good"),
                new Case("down", v(0), v(0), v(0), v(0.01), "bad: instance down (up 0, under 1)"),
                new Case(
                        "many errors of many",
                        v(1),
                        v(0.3),
                        v(6),
                        v(0.01),
                        "bad: errors (error_ratio 0.3, over 0.02 and errors_per_second 6, over 1)"),
                new Case("a high ratio of few requests", v(1), v(0.5), v(0.2), v(0.01), "good"),
                new Case("many errors, a small share", v(1), v(0.01), v(20), v(0.01), "good"),
                new Case(
                        "slow", v(1), v(0), v(0), v(0.9001), "bad: latency (p95 0.9001, over 0.8)"),
                new Case(
                        "slow and failing",
                        v(1),
                        v(1),
                        v(9),
                        v(2),
                        "bad: errors (error_ratio 1, over 0.02 and "
                                + "errors_per_second 9, over 1); latency (p95 2, over 0.8)"),
                new Case("no up", NONE, v(0), v(0), v(0.01), "hold: up: no data"),
                new Case(
                        "no requests",
                        v(1),
                        NONE,
                        v(0),
                        NONE,
                        "hold: error_ratio: no data; p95: no data"),
                new Case("p95 is NaN", v(1), v(0), v(0), v(Double.NaN), "hold: p95: no data"),
                new Case(
                        "p95 is infinite",
                        v(1),
                        v(0),
                        v(0),
                        v(Double.POSITIVE_INFINITY),
                        "hold: p95: no data"),
                new Case(
                        "one half of the errors rule is missing",
                        v(1),
                        v(0.9),
                        NONE,
                        v(0.01),
                        "hold: errors_per_second: no data"),
                new Case(
                        "metrics away",
                        AWAY,
                        AWAY,
                        AWAY,
                        AWAY,
                        "hold: up: query failed: connection refused; error_ratio: query failed: connection refused; "
                                + "errors_per_second: query failed: connection refused; p95: query failed: connection refused"),
                new Case(
                        "down counts though the rest is missing",
                        v(0),
                        NONE,
                        NONE,
                        NONE,
                        "bad: instance down (up 0, under 1)"));
    }

    @ParameterizedTest
    @MethodSource
    void verdicts(Case c) {
        var readings =
                Map.of(
                        "up",
                        c.up(),
                        "error_ratio",
                        c.ratio(),
                        "errors_per_second",
                        c.rate(),
                        "p95",
                        c.p95());
        var verdict = Judge.judge(RULES, gate -> readings.getOrDefault(gate.name(), NONE));
        var got =
                switch (verdict) {
                    case Verdict.Good _ -> "good";
                    case Verdict.Missing(var why, _) -> "hold: " + why;
                    case Verdict.Bad(var cause, _) -> "bad: " + cause;
                };
        assertThat(got).isEqualTo(c.expected());
        assertThat(verdict.evidence())
                .hasSize(4)
                .allSatisfy(e -> assertThat(e.query()).isNotEmpty());
    }
}
