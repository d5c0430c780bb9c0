package dev.gori.metrics.api;

import dev.gori.kernel.gotext.GoString;
import java.util.regex.Pattern;

/// Parses numbers as Go's `strconv`: `1e9`, `1_000`, `0x1p4`, `Inf`, without surrounding space.
final class GoNumber {

  private static final Pattern WHOLE = Pattern.compile("[+-]?[0-9]+");

  private GoNumber() {}

  /// A whole number.
  ///
  /// @param function Go's function name for the message
  /// @throws IllegalArgumentException with Go's message
  static long whole(String function, String text) {
    if (!WHOLE.matcher(text).matches()) {
      throw new IllegalArgumentException(reason(function, text, "invalid syntax"));
    }
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(reason(function, text, "value out of range"), e);
    }
  }

  /// Parses a 32-bit integer.
  ///
  /// @throws IllegalArgumentException with Go's message
  static int small(String function, String text) {
    long number = whole(function, text);
    if (number != (int) number) {
      throw new IllegalArgumentException(reason(function, text, "value out of range"));
    }
    return (int) number;
  }

  /// @throws IllegalArgumentException with Go's message
  static boolean truth(String text) {
    return switch (text) {
      case "1", "t", "T", "true", "TRUE", "True" -> true;
      case "0", "f", "F", "false", "FALSE", "False" -> false;
      default -> throw new IllegalArgumentException(reason("ParseBool", text, "invalid syntax"));
    };
  }

  private static String reason(String function, String text, String why) {
    return "strconv.%s: parsing %s: %s".formatted(function, GoString.quote(text), why);
  }
}
