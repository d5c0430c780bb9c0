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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The parameters of one request, from the query and a form, with Prometheus's words for those that do not fit.
final class Parameters {

    /// Bounds of what can be asked for; Prometheus's own are as far as its time goes.
    static final Instant FIRST = Instant.ofEpochMilli(-(1L << 52));
    static final Instant LAST = Instant.ofEpochMilli(1L << 52);

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
        var given = text(name).filter(text -> !text.isEmpty());
        return given.isEmpty() ? otherwise : time(name, given.get());
    }

    Instant time(String name) {
        return time(name, text(name).orElse(""));
    }

    private static Instant time(String name, String text) {
        try {
            double seconds = Double.parseDouble(text);
            if (Math.abs(seconds) <= LAST.getEpochSecond()) {
                return Instant.ofEpochMilli(Math.round(seconds * 1000));
            }
        } catch (NumberFormatException _) {
            try {
                return OffsetDateTime.parse(text).toInstant();
            } catch (DateTimeException _) {
                if (text.equals("-292273086-05-16T16:47:06Z")) {
                    return FIRST;
                }
                if (text.equals("292277025-08-18T07:12:54.999999999Z")) {
                    return LAST;
                }
            }
        }
        throw invalid(name, "cannot parse \"%s\" to a valid timestamp".formatted(text));
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
        return text("limit").filter(text -> !text.isEmpty()).map(text -> {
            try {
                return Integer.parseUnsignedInt(text);
            } catch (NumberFormatException _) {
                throw invalid("limit", "limit must be a number: '%s' (expected: 0 or more)".formatted(text));
            }
        }).orElse(0);
    }

    /// The selectors of `match[]`, of each its matchers.
    List<List<Matcher>> selectors(PromQl promql) {
        var selectors = new ArrayList<List<Matcher>>();
        for (var text : texts("match[]")) {
            try {
                var matchers = promql.parseSelector(text);
                if (matchers.stream().allMatch(Matcher::matchesEmpty)) {
                    throw invalid("match[]", "match[] must contain at least one non-empty matcher");
                }
                selectors.add(matchers);
            } catch (PromQlException e) {
                throw invalid("match[]", e.reason());
            }
        }
        return selectors;
    }

    static FaultException invalid(String name, String why) {
        return new FaultException(Fault.BAD_REQUEST, "invalid parameter \"%s\": %s".formatted(name, why));
    }
}
