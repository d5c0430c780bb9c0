package dev.gori.templates;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;

/// Numbers as Go reads and writes them.
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
  static double parseFloat(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "nan" -> Double.NaN;
      case "inf", "+inf", "infinity", "+infinity" -> Double.POSITIVE_INFINITY;
      case "-inf", "-infinity" -> Double.NEGATIVE_INFINITY;
      default -> {
        try {
          if (text.isEmpty()
              || !text.equals(text.strip())
              || "dDfF".indexOf(text.charAt(text.length() - 1)) >= 0) {
            throw new NumberFormatException(text);
          }
          yield Double.parseDouble(text);
        } catch (NumberFormatException _) {
          throw new CallFailed(
              "strconv.ParseFloat: parsing %s: invalid syntax"
                  .formatted(Quotes.quoted(text, '"', false)));
        }
      }
    };
  }

  /// Writes a number with one of Go's verbs `e`, `f` and `g`.
  ///
  /// @param precision digits, or -1 for the fewest that read back to the same number
  static String format(double value, char verb, int precision) {
    if (Double.isNaN(value)) {
      return "NaN";
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "+Inf" : "-Inf";
    }
    var sign = 1 / value < 0 || value < 0 ? "-" : "";
    var exact =
        precision < 0
            ? new BigDecimal(Double.toString(Math.abs(value)))
            : new BigDecimal(Math.abs(value));
    return sign
        + switch (verb) {
          case 'f' -> fixed(exact, precision);
          case 'e' -> scientific(exact, precision);
          default -> general(exact, precision);
        };
  }

  private static String fixed(BigDecimal value, int precision) {
    if (precision >= 0) {
      return value.setScale(precision, RoundingMode.HALF_EVEN).toPlainString();
    }
    var plain = stripped(value);
    return plain.scale() < 0 ? plain.setScale(0).toPlainString() : plain.toPlainString();
  }

  private static BigDecimal stripped(BigDecimal value) {
    return value.signum() == 0 ? BigDecimal.ZERO : value.stripTrailingZeros();
  }

  private static String scientific(BigDecimal value, int precision) {
    var rounded = precision < 0 ? stripped(value) : rounded(value, precision + 1);
    int exponent = exponent(rounded);
    var digits = rounded.unscaledValue().toString();
    var padded =
        precision < 0 ? digits : digits + "0".repeat(Math.max(0, precision + 1 - digits.length()));
    return padded.charAt(0)
        + (padded.length() > 1 ? "." + padded.substring(1) : "")
        + exponentText(exponent);
  }

  private static String exponentText(int exponent) {
    return "e" + (exponent < 0 ? "-" : "+") + "%02d".formatted(Math.abs(exponent));
  }

  private static BigDecimal rounded(BigDecimal value, int digits) {
    return value.signum() == 0
        ? BigDecimal.ZERO
        : value.round(new java.math.MathContext(digits, RoundingMode.HALF_EVEN));
  }

  private static int exponent(BigDecimal value) {
    return value.signum() == 0 ? 0 : value.precision() - value.scale() - 1;
  }

  /// Scientific below 1e-4, and from the precision on, which counts as 6 when the shortest form is
  /// asked for.
  private static String general(BigDecimal value, int precision) {
    var short_ = stripped(precision < 0 ? value : rounded(value, Math.max(1, precision)));
    int exponent = exponent(short_);
    int limit = precision < 0 ? 6 : Math.max(1, precision);
    return exponent < -4 || exponent >= limit ? scientific(short_, -1) : fixed(short_, -1);
  }
}
