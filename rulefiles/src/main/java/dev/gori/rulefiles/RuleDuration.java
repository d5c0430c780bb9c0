package dev.gori.rulefiles;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Durations as rule files write them: `1h30m`, `250ms`, `0`.
final class RuleDuration {

  private static final Pattern SHAPE =
      Pattern.compile(
          "(?:(\\d+)y)?(?:(\\d+)w)?(?:(\\d+)d)?(?:(\\d+)h)?(?:(\\d+)m)?(?:(\\d+)s)?(?:(\\d+)ms)?");

  private static final long[] MILLIS = {
    31_536_000_000L, 604_800_000L, 86_400_000L, 3_600_000L, 60_000L, 1_000L, 1L
  };

  private RuleDuration() {}

  static Optional<Duration> parse(String text) {
    if (text.equals("0")) {
      return Optional.of(Duration.ZERO);
    }
    var matcher = SHAPE.matcher(text);
    return text.isEmpty() || !matcher.matches() ? Optional.empty() : sum(matcher);
  }

  private static Optional<Duration> sum(Matcher matcher) {
    try {
      long millis = 0;
      for (int unit = 0; unit < MILLIS.length; unit++) {
        var digits = matcher.group(unit + 1);
        if (digits != null) {
          millis = Math.addExact(millis, Math.multiplyExact(Long.parseLong(digits), MILLIS[unit]));
        }
      }
      return Optional.of(Duration.ofMillis(millis));
    } catch (ArithmeticException | NumberFormatException _) {
      return Optional.empty();
    }
  }
}
