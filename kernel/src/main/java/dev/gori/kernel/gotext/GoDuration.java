package dev.gori.kernel.gotext;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Go's `time.Duration`, which has a range of about 292 years.
public final class GoDuration {

  /// The longest, 2^63 - 1 nanoseconds.
  public static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE);

  private static final Pattern PART =
      Pattern.compile("(\\d+(?:\\.\\d*)?|\\.\\d+)([^\\d.]*)", Pattern.DOTALL);
  private static final Map<String, Long> NANOS =
      Map.of(
          "ns", 1L,
          "us", 1_000L,
          "µs", 1_000L,
          "μs", 1_000L,
          "ms", 1_000_000L,
          "s", 1_000_000_000L,
          "m", 60_000_000_000L,
          "h", 3_600_000_000_000L);

  private GoDuration() {}

  /// `Duration.String`: `0s`, `1.5ms`, `1m30s`, `-2h0m0s`.
  ///
  /// @throws ArithmeticException beyond 292 years
  public static String format(Duration duration) {
    long nanos = duration.toNanos();
    var sign = nanos < 0 ? "-" : "";
    long size = Math.abs(nanos);
    if (size == 0) {
      return "0s";
    }
    if (size > 0 && size < 1_000_000_000) {
      return sign
          + (size < 1_000
              ? size + "ns"
              : size < 1_000_000 ? scaled(size, 3) + "µs" : scaled(size, 6) + "ms");
    }
    // the magnitude of -2^63 is read as unsigned
    long minutes = Long.divideUnsigned(size, 60_000_000_000L);
    var seconds = scaled(Long.remainderUnsigned(size, 60_000_000_000L), 9) + "s";
    return sign
        + (minutes >= 60
            ? minutes / 60 + "h" + minutes % 60 + "m"
            : minutes > 0 ? minutes + "m" : "")
        + seconds;
  }

  private static String scaled(long number, int digits) {
    var scaled = BigDecimal.valueOf(number, digits).stripTrailingZeros();
    return scaled.toPlainString();
  }

  /// `time.ParseDuration`: `300ms`, `-1.5h`, `2h45m`, `0`, with units ns, us (µs), ms, s, m, h.
  ///
  /// @throws IllegalArgumentException with Go's reason
  public static Duration parse(String text) {
    boolean negative = text.startsWith("-");
    var rest = negative || text.startsWith("+") ? text.substring(1) : text;
    if (rest.equals("0")) {
      return Duration.ZERO;
    }
    var part = PART.matcher(rest);
    var nanos = BigDecimal.ZERO;
    int end = 0;
    while (end < rest.length() && part.find(end) && part.start() == end) {
      nanos = nanos.add(new BigDecimal(part.group(1)).multiply(unit(part.group(2), text)));
      end = part.end();
    }
    if (end == 0 || end != rest.length()) {
      throw invalid("invalid duration", text, null);
    }
    try {
      return Duration.ofNanos((negative ? nanos.negate() : nanos).toBigInteger().longValueExact());
    } catch (ArithmeticException e) {
      throw invalid("invalid duration", text, e);
    }
  }

  private static BigDecimal unit(String unit, String text) {
    if (unit.isEmpty()) {
      throw invalid("missing unit in duration", text, null);
    }
    var nanos = NANOS.get(unit);
    if (nanos == null) {
      throw invalid("unknown unit %s in duration".formatted(GoString.quote(unit)), text, null);
    }
    return BigDecimal.valueOf(nanos);
  }

  private static IllegalArgumentException invalid(
      String why, String text, @Nullable Throwable cause) {
    return new IllegalArgumentException("time: " + why + " " + GoString.quote(text), cause);
  }
}
