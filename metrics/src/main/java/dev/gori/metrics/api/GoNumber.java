package dev.gori.metrics.api;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/// Numbers as Go reads them from a parameter: `1e9`, `1_000`, `0x1p4`, `Inf`; nothing around them.
final class GoNumber {

  private static final String DIGITS = "\\d+(?:_\\d+)*";
  private static final Pattern DECIMAL =
      Pattern.compile("[+-]?(?:%1$s\\.?(?:%1$s)?|\\.%1$s)(?:[eE][+-]?%1$s)?".formatted(DIGITS));
  private static final Pattern HEX =
      Pattern.compile("[+-]?0[xX](?:[0-9a-fA-F]+\\.?[0-9a-fA-F]*|\\.[0-9a-fA-F]+)[pP][+-]?\\d+");
  private static final Pattern WORD = Pattern.compile("(?i)([+-]?)(inf(?:inity)?|nan)");
  private static final Pattern WHOLE = Pattern.compile("[+-]?[0-9]+");

  private GoNumber() {}

  /// Nothing when it is none, or one that no double can hold.
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

  /// A whole number.
  ///
  /// @param function of Go that the reason names
  /// @throws IllegalArgumentException with Go's reason
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

  /// A whole number of 32 bits.
  ///
  /// @throws IllegalArgumentException with Go's reason
  static int small(String function, String text) {
    long number = whole(function, text);
    if (number != (int) number) {
      throw new IllegalArgumentException(reason(function, text, "value out of range"));
    }
    return (int) number;
  }

  /// @throws IllegalArgumentException with Go's reason
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
