package dev.gori.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gori.app.running.RunningEnvironment;
import dev.gori.kernel.label.Labels;
import dev.gori.machinery.protocol.AlertmanagerClient;
import dev.gori.machinery.protocol.AlertmanagerClient.Silence;
import dev.gori.machinery.protocol.AlertmanagerClient.SilenceMatcher;
import dev.gori.machinery.protocol.LokiClient;
import dev.gori.machinery.protocol.PrometheusClient;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;

/// One of each kind of thing that a platform says it has taken: it must have it for good.
record Acknowledged(Instant at, String silence, List<String> lines) {

    private static final String NAME = "taken_before_the_kill";
    private static final int LINES = 200;

    /// Returns when all is acknowledged.
    static Acknowledged by(RunningEnvironment environment) throws IOException {
        var now = environment.now();
        var end = now.plus(Duration.ofHours(1));
        RemoteWrite.sample(environment, NAME, 42);
        var lines =
                IntStream.range(0, LINES)
                        .mapToObj(i -> "line %d of %s".formatted(i, NAME))
                        .toList();
        long nanos = now.getEpochSecond() * 1_000_000_000L;
        var entries =
                IntStream.range(0, LINES)
                        .mapToObj(i -> new LokiClient.Entry(nanos + i, lines.get(i)))
                        .toList();
        assertThat(
                        environment
                                .logs()
                                .push(
                                        List.of(
                                                new LokiClient.Stream(
                                                        Labels.of("app", NAME), entries))))
                .isInstanceOf(LokiClient.Outcome.Accepted.class);
        var alert =
                new AlertmanagerClient.Alert(
                        Labels.of("alertname", NAME, "severity", "info"),
                        Labels.of("summary", "kept"),
                        now,
                        end,
                        "");
        assertThat(environment.alerts().send(List.of(alert)))
                .isInstanceOf(AlertmanagerClient.Outcome.Accepted.class);
        var silence =
                environment
                        .alerts()
                        .silence(
                                new Silence(
                                        "",
                                        List.of(new SilenceMatcher("alertname", NAME, false, true)),
                                        now,
                                        end,
                                        "journey",
                                        "kept over kills",
                                        ""));
        return new Acknowledged(now, silence, lines);
    }

    void areThere(RunningEnvironment environment) {
        var until = environment.now();
        assertThat(environment.metrics().instant("last_over_time(%s[1h])".formatted(NAME), until))
                .isInstanceOfSatisfying(
                        PrometheusClient.Outcome.Answer.class,
                        answer -> assertThat(answer.value()).isEqualTo(42));
        assertThat(
                        environment
                                .logs()
                                .queryRange(
                                        "{app=\"%s\"}".formatted(NAME),
                                        at.minusSeconds(60),
                                        until,
                                        5_000))
                .flatExtracting(LokiClient.Stream::entries)
                .extracting(LokiClient.Entry::line)
                .containsExactlyInAnyOrderElementsOf(lines);
        assertThat(environment.alerts().alerts(List.of("alertname=\"%s\"".formatted(NAME))))
                .singleElement()
                .satisfies(known -> assertThat(known.silencedBy()).containsExactly(silence));
        assertThat(environment.alerts().silences(List.of()))
                .filteredOn(one -> one.id().equals(silence))
                .singleElement()
                .satisfies(one -> assertThat(one.state()).isEqualTo("active"));
    }
}
