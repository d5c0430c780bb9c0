package dev.gori.metrics.api;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/// Parses numbers as Go's `strconv`: `1e9`, `1_000`, `0x1p4`, `Inf`, without surrounding space.
final class GoNumber {

  private static final String DIGITS = "\\d+(?:_\\d+)*";
  private static final Pattern DECIMAL =
      Pattern.compile("[+-]?(?:%1$s\\.?(?:%1$s)?|\\.%1$s)(?:[eE][+-]?%1$s)?".formatted(DIGITS));
  private static final Pattern HEX =
      Pattern.compile("[+-]?0[xX](?:[0-9a-fA-F]+\\.?[0-9a-fA-F]*|\\.[0-9a-fA-F]+)[pP][+-]?\\d+");
  private static final Pattern WORD = Pattern.compile("(?i)([+-]?)(inf(?:inity)?|nan)");
  private static final Pattern WHOLE = Pattern.compile("[+-]?[0-9]+");

  private GoNumber() {}

  /// Empty if the text is not a number, or out of range.
  static Optional<Double> parse(String text) {
    if (DECIMAL.matcher(text).matches() || HEX.matcher(text).matches()) {
      double value = Double.parseDouble(text.replace("_", ""));
      return Double.isInfinite(value) ? Optional.empty() : Optional.of(value);
    }
    var word = WORD.matcher(text);
    if (!word.matches()) {
      return Optional.empty();
    }
    if (word.group(2).toLowerCase(Locale.ROOT).equals("nan")) {
      return word.group(1).isEmpty() ? Optional.of(Double.NaN) : Optional.empty();
    }
    return Optional.of(
        word.group(1).equals("-") ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY);
  }

  /// Parses an integer.
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
    return "strconv.%s: parsing %s: %s".formatted(function, GoText.quoted(text), why);
  }
}
