package dev.gori.kernel.gotext;

import java.time.Duration;
import java.util.regex.Pattern;

/// Prometheus's `model.Duration`: `1h30m`, `15s`, `500ms`, with units y, w, d, h, m, s, ms in
/// descending order, or a bare `0`. A year has 365 days. The maximum is about 292 years.
public final class PrometheusDuration {

  private static final Pattern FORM =
      Pattern.compile(
          "(?:(\\d+)y)?(?:(\\d+)w)?(?:(\\d+)d)?(?:(\\d+)h)?(?:(\\d+)m)?(?:(\\d+)s)?(?:(\\d+)ms)?");
  private static final long[] MILLIS = {
    31_536_000_000L, 604_800_000L, 86_400_000L, 3_600_000L, 60_000L, 1_000L, 1L
  };
  private static final String[] UNITS = {"y", "w", "d", "h", "m", "s", "ms"};

  private PrometheusDuration() {}

  /// `model.ParseDuration`.
  ///
  /// @throws IllegalArgumentException when the text is no duration, or one of more than 292 years
  public static Duration parse(String text) {
    if (text.equals("0")) {
      return Duration.ZERO;
    }
    var parts = FORM.matcher(text);
    if (text.isEmpty() || !parts.matches()) {
      throw new IllegalArgumentException(
          "duration: '%s' (expected: such as 30s, 5m or 1h30m)".formatted(text));
    }
    try {
      long millis = 0;
      for (int i = 0; i < MILLIS.length; i++) {
        if (parts.group(i + 1) != null) {
          millis =
              Math.addExact(
                  millis, Math.multiplyExact(Long.parseLong(parts.group(i + 1)), MILLIS[i]));
        }
      }
      return Duration.ofNanos(Math.multiplyExact(millis, 1_000_000L));
    } catch (ArithmeticException | NumberFormatException e) {
      throw new IllegalArgumentException(
          "duration: '%s' (expected: at most 292 years)".formatted(text), e);
    }
  }

  /// `Duration.String`: the largest units that fit, but years and weeks only without a remainder.
  /// Truncates to milliseconds.
  public static String format(Duration duration) {
    long rest = Math.abs(duration.toMillis());
    if (rest == 0) {
      return "0s";
    }
    var text = new StringBuilder(duration.isNegative() ? "-" : "");
    for (int i = 0; i < MILLIS.length; i++) {
      boolean evenOnly = i < 2;
      if (rest >= MILLIS[i] && (!evenOnly || rest % MILLIS[i] == 0)) {
        text.append(rest / MILLIS[i]).append(UNITS[i]);
        rest %= MILLIS[i];
      }
    }
    return text.toString();
  }
}
