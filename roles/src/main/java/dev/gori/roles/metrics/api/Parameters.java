package dev.gori.roles.metrics.api;

import dev.gori.engines.promql.PromQl;
import dev.gori.engines.promql.PromQlException;
import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import dev.gori.kernel.label.Matcher;
import dev.gori.machinery.conf.Durations;
import dev.gori.machinery.http.Request;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The parameters of one request, from the query and a form, with Prometheus's words for those that
/// do not fit.
final class Parameters {

    /// Bounds of what can be asked for; Prometheus's own are as far as its time goes.
    static final Instant FIRST = Instant.ofEpochMilli(-(1L << 52));

    static final Instant LAST = Instant.ofEpochMilli(1L << 52);

    private static final String NO_TIME = "cannot parse \"%s\" to a valid timestamp";
    private static final String NOTHING_SELECTED =
            "match[] must contain at least one non-empty matcher";

    private final Map<String, List<String>> form;

    Parameters(Request request) {
        this.form = request.form();
    }

    Optional<String> text(String name) {
        return form.getOrDefault(name, List.of()).stream().findFirst();
    }

    List<String> texts(String name) {
        return form.getOrDefault(name, List.of());
    }

    /// A moment as Unix seconds or RFC 3339.
    Instant time(String name, Instant otherwise) {
        return text(name)
                .filter(text -> !text.isEmpty())
                .map(
                        text ->
                                moment(text)
                                        .orElseThrow(
                                                () ->
                                                        invalid(
                                                                name,
                                                                "invalid time value for '%s': %s"
                                                                        .formatted(
                                                                                name,
                                                                                NO_TIME.formatted(
                                                                                        text)))))
                .orElse(otherwise);
    }

    Instant time(String name) {
        var text = text(name).orElse("");
        return moment(text).orElseThrow(() -> invalid(name, NO_TIME.formatted(text)));
    }

    private static Optional<Instant> moment(String text) {
        try {
            double seconds = Double.parseDouble(text);
            return Math.abs(seconds) <= LAST.getEpochSecond()
                    ? Optional.of(Instant.ofEpochMilli(Math.round(seconds * 1000)))
                    : Optional.empty();
        } catch (NumberFormatException _) {
            return rfc3339(text);
        }
    }

    private static Optional<Instant> rfc3339(String text) {
        try {
            return Optional.of(OffsetDateTime.parse(text).toInstant());
        } catch (DateTimeException _) {
            return switch (text) {
                case "-292273086-05-16T16:47:06Z" -> Optional.of(FIRST);
                case "292277025-08-18T07:12:54.999999999Z" -> Optional.of(LAST);
                default -> Optional.empty();
            };
        }
    }

    /// A duration as seconds or as `5m`.
    Duration duration(String name) {
        return duration(name, text(name).orElse(""));
    }

    Optional<Duration> optionalDuration(String name) {
        return text(name).filter(text -> !text.isEmpty()).map(text -> duration(name, text));
    }

    private static Duration duration(String name, String text) {
        try {
            double seconds = Double.parseDouble(text);
            if (Math.abs(seconds) < 1e12) {
                return Duration.ofNanos(Math.round(seconds * 1e9));
            }
        } catch (NumberFormatException _) {
            try {
                return Durations.parse(text);
            } catch (IllegalArgumentException _) {
                // said below
            }
        }
        throw invalid(name, "cannot parse \"%s\" to a valid duration".formatted(text));
    }

    /// 0 is no limit.
    int limit() {
        return limit("limit");
    }

    int limit(String name) {
        int limit = number(name).orElse(0);
        if (limit < 0) {
            throw invalid(name, "limit must be non-negative");
        }
        return limit;
    }

    Optional<Integer> number(String name) {
        return text(name)
                .filter(text -> !text.isEmpty())
                .map(
                        text -> {
                            try {
                                return Integer.valueOf(text);
                            } catch (NumberFormatException _) {
                                throw invalid(
                                        name,
                                        "strconv.Atoi: parsing \"%s\": invalid syntax"
                                                .formatted(text));
                            }
                        });
    }

    /// The selectors of `match[]`, of each its matchers.
    List<List<Matcher>> selectors(PromQl promql) {
        return texts("match[]").stream().map(text -> selector("match[]", text, promql)).toList();
    }

    /// The same where the original does not name the parameter in a failure.
    List<List<Matcher>> unnamedSelectors(PromQl promql) {
        return texts("match[]").stream().map(text -> selector("", text, promql)).toList();
    }

    static List<Matcher> selector(String name, String text, PromQl promql) {
        String why;
        try {
            var matchers = promql.parseSelector(text);
            if (!matchers.stream().allMatch(Matcher::matchesEmpty)) {
                return matchers;
            }
            why = NOTHING_SELECTED;
        } catch (PromQlException e) {
            why =
                    e.reason().endsWith("at least one non-empty matcher")
                            ? NOTHING_SELECTED
                            : e.reason();
        }
        throw name.isEmpty() ? new FaultException(Fault.BAD_REQUEST, why) : invalid(name, why);
    }

    static FaultException invalid(String name, String why) {
        return new FaultException(
                Fault.BAD_REQUEST, "invalid parameter \"%s\": %s".formatted(name, why));
    }
}
