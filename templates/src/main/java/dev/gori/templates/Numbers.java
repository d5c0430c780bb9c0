package dev.gori.templates;

import dev.gori.kernel.gotext.GoFloat;
import dev.gori.kernel.gotext.GoString;
import java.util.Locale;

/// Numbers in templates.
final class Numbers {

  private Numbers() {}

  /// A literal of a template: whole numbers in bases 2, 8, 10 and 16 are `Long`, the rest `Double`.
  static Object literal(String text) {
    var plain = text.replace("_", "");
    boolean negative = plain.startsWith("-");
    var digits = plain.startsWith("+") || negative ? plain.substring(1) : plain;
    var lower = digits.toLowerCase(Locale.ROOT);
    if (lower.startsWith("0x") && lower.indexOf('p') < 0) {
      return signed(negative, Long.parseLong(lower.substring(2), 16));
    }
    if (lower.startsWith("0b")) {
      return signed(negative, Long.parseLong(lower.substring(2), 2));
    }
    if (lower.startsWith("0o")) {
      return signed(negative, Long.parseLong(lower.substring(2), 8));
    }
    if (lower.chars().allMatch(c -> c >= '0' && c <= '9')) {
      boolean octal = lower.length() > 1 && lower.charAt(0) == '0';
      return signed(negative, Long.parseLong(lower, octal ? 8 : 10));
    }
    if (!lower.startsWith("0x") && lower.chars().anyMatch(c -> "0123456789.e+-".indexOf(c) < 0)) {
      throw new NumberFormatException(text);
    }
    double value = Double.parseDouble(lower);
    return negative ? -value : value;
  }

  private static Long signed(boolean negative, long value) {
    return negative ? -value : value;
  }

  /// Go's `strconv.ParseFloat`.
  ///
  /// @throws CallException for a text that is no number
  static double parseFloat(String text) {
    return GoFloat.parse(text)
        .orElseThrow(
            () ->
                new CallException(
                    "strconv.ParseFloat: parsing %s: invalid syntax"
                        .formatted(GoString.quote(text))));
  }
}
