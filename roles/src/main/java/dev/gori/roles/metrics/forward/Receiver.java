package dev.gori.roles.metrics.forward;

import dev.gori.kernel.fault.FaultException;
import dev.gori.kernel.time.Time;
import dev.gori.machinery.http.Answer;
import dev.gori.machinery.http.HttpCalls;
import java.io.IOException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.Optional;

/// The calls to one receiver, each with a deadline.
final class Receiver implements AutoCloseable {

    /// The longest that a receiver can put off the next call.
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);

    private final Destination to;
    private final Path folder;
    private final Time time;
    private final HttpCalls calls;

    Receiver(Destination to, Path folder, Time time) {
        this.to = to;
        this.folder = folder;
        this.time = time;
        this.calls = HttpCalls.within(to.timeout());
    }

    Outcome send(byte[] packed) {
        try {
            var headers = new HashMap<>(to.headers());
            headers.put("Content-Encoding", "snappy");
            headers.put("X-Prometheus-Remote-Write-Version", to.content().protocol().version);
            headers.put("User-Agent", "gori");
            to.credentials().header(folder).ifPresent(value -> headers.put("Authorization", value));
            return outcome(
                    calls.post(to.url(), to.content().protocol().contentType, packed, headers));
        } catch (FaultException e) {
            return new Outcome.Later(String.valueOf(e.getMessage()), Duration.ZERO);
        } catch (IOException | IllegalArgumentException e) {
            return new Outcome.Later(
                    "the credentials cannot be used: " + e.getMessage(), Duration.ZERO);
        }
    }

    private Outcome outcome(Answer answer) {
        int status = answer.status();
        var why = "%d %s".formatted(status, shortened(answer.text()));
        if (answer.isOk()) {
            return new Outcome.Taken();
        }
        if (status < 400) {
            var location = answer.header("Location").orElse("");
            return new Outcome.Later(
                    "%d, a redirect to '%s'; name that address in url".formatted(status, location),
                    Duration.ZERO);
        }
        return status >= 500 || (status == 429 && to.pace().tooMany())
                ? new Outcome.Later(
                        why,
                        answer.header("Retry-After").flatMap(this::pause).orElse(Duration.ZERO))
                : new Outcome.Refused(status, why);
    }

    private static String shortened(String text) {
        var line = text.strip().lines().findFirst().orElse("");
        return line.length() > 300 ? line.substring(0, 300) + "…" : line;
    }

    /// Seconds, or a date.
    private Optional<Duration> pause(String text) {
        try {
            var pause =
                    text.strip().matches("\\d{1,9}")
                            ? Duration.ofSeconds(Long.parseLong(text.strip()))
                            : Duration.between(
                                    time.now(),
                                    ZonedDateTime.parse(
                                                    text.strip(),
                                                    DateTimeFormatter.RFC_1123_DATE_TIME)
                                            .toInstant());
            return Optional.of(
                    pause.compareTo(LONGEST_PAUSE) > 0
                            ? LONGEST_PAUSE
                            : pause.isNegative() ? Duration.ZERO : pause);
        } catch (DateTimeException _) {
            return Optional.empty();
        }
    }

    @Override
    public void close() {
        calls.close();
    }
}
