package dev.gori.base.conf;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/// Durations as Prometheus writes them: `1h30m`, `15s`, `500ms`, units y, w, d, h, m, s, ms in
/// falling order, or a bare `0`.
public final class Durations {

  private static final Pattern FORM =
      Pattern.compile(
          "(?:(\\d+)y)?(?:(\\d+)w)?(?:(\\d+)d)?(?:(\\d+)h)?(?:(\\d+)m)?(?:(\\d+)s)?(?:(\\d+)ms)?");
  private static final long[] MILLIS = {
    31_536_000_000L, 604_800_000L, 86_400_000L, 3_600_000L, 60_000L, 1_000L, 1L
  };
  private static final String[] UNITS = {"y", "w", "d", "h", "m", "s", "ms"};

  private Durations() {}

  /// @throws IllegalArgumentException when the text is no duration
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
      return Duration.ofMillis(millis);
    } catch (ArithmeticException | NumberFormatException e) {
      throw new IllegalArgumentException(
          "duration: '%s' is longer than can be counted".formatted(text), e);
    }
  }

  /// The shortest form, in which years and weeks are used only when they come out even, as
  /// Prometheus prints it.
  public static String format(Duration duration) {
    long rest = duration.toMillis();
    if (rest == 0) {
      return "0s";
    }
    var text = new StringBuilder();
    for (int i = 0; i < MILLIS.length; i++) {
      boolean evenOnly = i < 2;
      if (rest >= MILLIS[i] && (!evenOnly || rest % MILLIS[i] == 0)) {
        text.append(rest / MILLIS[i]).append(UNITS[i]);
        rest %= MILLIS[i];
      }
    }
    return text.toString();
  }

  /// A length of time as Go writes it: `0s`, `1.5ms`, `1m30s`, `-2h0m0s`.
  public static String inFull(Duration length) {
    long nanos = length.toNanos();
    var sign = nanos < 0 ? "-" : "";
    long size = Math.abs(nanos);
    if (size == 0) {
      return "0s";
    }
    if (size < 1_000_000_000) {
      int unit = size < 1_000 ? 0 : size < 1_000_000 ? 3 : 6;
      return sign + scaled(size, unit) + List.of("ns", "µs", "ms").get(unit / 3);
    }
    long minutes = size / 60_000_000_000L;
    var seconds = scaled(size % 60_000_000_000L, 9) + "s";
    return minutes == 0
        ? sign + seconds
        : minutes < 60
            ? sign + minutes + "m" + seconds
            : sign + minutes / 60 + "h" + minutes % 60 + "m" + seconds;
  }

  private static String scaled(long number, int digits) {
    var scaled = BigDecimal.valueOf(number, digits).stripTrailingZeros();
    return scaled.signum() == 0 ? "0" : scaled.toPlainString();
  }
}
