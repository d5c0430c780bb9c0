package dev.gori.metrics.api;

import dev.gori.http.Request;
import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import dev.gori.kernel.gotext.GoFloat;
import dev.gori.kernel.gotext.GoString;
import dev.gori.kernel.gotext.PrometheusDuration;
import dev.gori.kernel.id.Bytes;
import dev.gori.kernel.label.Matcher;
import dev.gori.promql.PromQl;
import dev.gori.promql.PromQlException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// The query and form parameters of a request, with Prometheus's error messages.
final class Parameters {

  /// Bounds of time parameters.
  static final Instant MIN_TIME = Instant.ofEpochMilli(-(1L << 52));

  static final Instant MAX_TIME = Instant.ofEpochMilli(1L << 52);

  /// Go's RFC 3339: upper case, with seconds and a numeric offset or `Z`.
  private static final Pattern RFC_3339 =
      Pattern.compile(
          "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(?:[.,]\\d+)?(?:Z|[+-]\\d\\d:\\d\\d)");

  private static final Pattern EMPTY_SELECTOR = Pattern.compile("\\s*\\{\\s*}\\s*");

  /// Limit on the form of a query.
  static final Bytes MAX_FORM = Bytes.kibi(256);

  private static final double MAX_DURATION = 0x1p63; // nanoseconds
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

  /// Parses Unix seconds or RFC 3339.
  Instant time(String name, Instant otherwise) {
    return text(name)
        .filter(text -> !text.isEmpty())
        .map(
            text ->
                parseTime(text)
                    .orElseThrow(
                        () ->
                            invalid(
                                name,
                                "invalid time value for '%s': %s".formatted(name, noTime(text)))))
        .orElse(otherwise);
  }

  Instant time(String name) {
    var text = text(name).orElse("");
    return parseTime(text).orElseThrow(() -> invalid(name, noTime(text)));
  }

  private static String noTime(String text) {
    return "cannot parse %s to a valid timestamp".formatted(GoString.quote(text));
  }

  private static Optional<Instant> parseTime(String text) {
    var number = GoFloat.parse(text);
    return number.isPresent() ? seconds(number.get()) : rfc3339(text);
  }

  /// Rounds the fraction alone to milliseconds: a double holds fewer digits of it the later the
  /// time is.
  private static Optional<Instant> seconds(double seconds) {
    if (!(Math.abs(seconds) <= MAX_TIME.getEpochSecond())) {
      return Optional.empty();
    }
    long whole = (long) seconds;
    double fraction = (seconds - whole) * 1000;
    double rounded = Math.copySign(Math.floor(Math.abs(fraction) + 0.5), fraction) / 1000;
    long nanos = (long) (rounded * 1e9);
    return Optional.of(Instant.ofEpochMilli(whole * 1000 + Math.floorDiv(nanos, 1_000_000L)));
  }

  private static Optional<Instant> rfc3339(String text) {
    try {
      return RFC_3339.matcher(text).matches()
          ? Optional.of(OffsetDateTime.parse(text.replace(',', '.')).toInstant())
          : minOrMaxTime(text);
    } catch (DateTimeException _) {
      return Optional.empty();
    }
  }

  private static Optional<Instant> minOrMaxTime(String text) {
    return switch (text) {
      case "-292273086-05-16T16:47:06Z" -> Optional.of(MIN_TIME);
      case "292277025-08-18T07:12:54.999999999Z" -> Optional.of(MAX_TIME);
      default -> Optional.empty();
    };
  }

  /// Parses seconds or a duration such as `5m`.
  Duration duration(String name) {
    return duration(name, text(name).orElse(""));
  }

  Optional<Duration> optionalDuration(String name) {
    return text(name).filter(text -> !text.isEmpty()).map(text -> duration(name, text));
  }

  private static Duration duration(String name, String text) {
    var none = "cannot parse %s to a valid duration".formatted(GoString.quote(text));
    var number = GoFloat.parse(text);
    if (number.isPresent()) {
      double nanos = number.get() * 1e9;
      if (!(nanos < MAX_DURATION && nanos >= -MAX_DURATION)) {
        throw invalid(name, none + ". It overflows int64");
      }
      return Duration.ofNanos((long) nanos);
    }
    try {
      return PrometheusDuration.parse(text);
    } catch (IllegalArgumentException e) {
      throw invalid(name, none, e);
    }
  }

  /// 0 means no limit.
  int limit() {
    var text = text("limit").orElse("");
    if (text.isEmpty()) {
      return 0;
    }
    long limit;
    try {
      limit = GoNumber.whole("Atoi", text);
    } catch (IllegalArgumentException e) {
      throw invalid("limit", String.valueOf(e.getMessage()), e);
    }
    if (limit < 0) {
      throw invalid("limit", "limit must be non-negative");
    }
    return (int) Math.min(limit, Integer.MAX_VALUE);
  }

  /// An integer; `otherwise` is the error message.
  Optional<Long> number(String name, String otherwise) {
    return text(name)
        .filter(text -> !text.isEmpty())
        .map(
            text -> {
              try {
                return GoNumber.whole("Atoi", text);
              } catch (IllegalArgumentException e) {
                throw new FaultException(Fault.BAD_REQUEST, otherwise, e);
              }
            });
  }

  /// A boolean; false if it is missing.
  ///
  /// @param before prefix of the error message
  boolean truth(String name, String before) {
    var text = text(name).orElse("");
    try {
      return !text.isEmpty() && GoNumber.truth(text);
    } catch (IllegalArgumentException e) {
      throw invalid(name, before + e.getMessage(), e);
    }
  }

  /// The selectors of `match[]`.
  List<List<Matcher>> selectors(PromQl promql) {
    return texts("match[]").stream().map(text -> selector("match[]", text, promql)).toList();
  }

  /// The same, with error messages that do not name the parameter, as in Prometheus.
  List<List<Matcher>> unnamedSelectors(PromQl promql) {
    return texts("match[]").stream().map(text -> selector("", text, promql)).toList();
  }

  /// Parses a selector that may select all series.
  static List<Matcher> anySelector(String name, String text, PromQl promql) {
    try {
      return EMPTY_SELECTOR.matcher(text).matches() ? List.of() : promql.parseSelector(text);
    } catch (PromQlException e) {
      throw invalid(name, e.reason(), e);
    }
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
      why = e.reason().endsWith("at least one non-empty matcher") ? NOTHING_SELECTED : e.reason();
    }
    throw name.isEmpty() ? new FaultException(Fault.BAD_REQUEST, why) : invalid(name, why);
  }

  static FaultException invalid(String name, String why) {
    return new FaultException(
        Fault.BAD_REQUEST, "invalid parameter \"%s\": %s".formatted(name, why));
  }

  static FaultException invalid(String name, String why, Exception cause) {
    return new FaultException(
        Fault.BAD_REQUEST, "invalid parameter \"%s\": %s".formatted(name, why), cause);
  }
}
