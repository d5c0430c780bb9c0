package dev.gori.promql.script;

import java.util.regex.Pattern;

/// Durations of scripts: `5m`, `1m30s`, or seconds without a unit.
final class Durations {

  private static final Pattern PART = Pattern.compile("([0-9]+)(ms|[smhdwy])");

  private Durations() {}

  static long millis(String text) {
    boolean negative = text.startsWith("-");
    var bare = negative || text.startsWith("+") ? text.substring(1) : text;
    if (bare.matches("[0-9.]+")) {
      return Math.round(Double.parseDouble(bare) * 1000) * (negative ? -1 : 1);
    }
    long millis = 0;
    int end = 0;
    var parts = PART.matcher(bare);
    while (parts.find() && parts.start() == end) {
      end = parts.end();
      millis += Long.parseLong(parts.group(1)) * unit(parts.group(2));
    }
    if (end != bare.length() || bare.isEmpty()) {
      throw new IllegalArgumentException(
          "duration '%s' (expected: such as 5m or 1m30s)".formatted(text));
    }
    return negative ? -millis : millis;
  }

  private static long unit(String unit) {
    return switch (unit) {
      case "ms" -> 1;
      case "s" -> 1000;
      case "m" -> 60_000;
      case "h" -> 3_600_000;
      case "d" -> 86_400_000;
      case "w" -> 7 * 86_400_000L;
      default -> 365 * 86_400_000L;
    };
  }
}
