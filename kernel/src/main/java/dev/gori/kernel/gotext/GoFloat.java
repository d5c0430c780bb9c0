package dev.gori.kernel.gotext;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/// Go's `strconv.FormatFloat` and `strconv.ParseFloat` for floats of 64 bits.
public final class GoFloat {

  private static final String DIGITS = "\\d+(?:_\\d+)*";
  private static final Pattern DECIMAL =
      Pattern.compile("[+-]?(?:%1$s\\.?(?:%1$s)?|\\.%1$s)(?:[eE][+-]?%1$s)?".formatted(DIGITS));
  private static final Pattern HEX =
      Pattern.compile("[+-]?0[xX](?:[0-9a-fA-F]+\\.?[0-9a-fA-F]*|\\.[0-9a-fA-F]+)[pP][+-]?\\d+");

  /// From this exponent on, and below -4, the shortest `%g` has an exponent.
  private static final int SHORTEST_GENERAL = 6;

  private GoFloat() {}

  /// `strconv.FormatFloat(value, format, precision, 64)`.
  ///
  /// @param format `e`, `f` or `g`
  /// @param precision digits after the point (`e`, `f`) or in total (`g`), or -1 for the fewest
  ///   that parse as the same number
  /// @return `NaN`, `+Inf` and `-Inf` for these
  public static String format(double value, char format, int precision) {
    if (!Double.isFinite(value)) {
      return nonFinite(value);
    }
    var sign = value < 0 || 1 / value < 0 ? "-" : "";
    var exact = precision < 0 ? shortest(Math.abs(value)) : new BigDecimal(Math.abs(value));
    return sign
        + switch (format) {
          case 'f' -> fixed(exact, precision);
          case 'e' -> exponential(exact, precision);
          case 'g' -> general(exact, precision);
          default -> throw new IllegalArgumentException("float format '%s'".formatted(format));
        };
  }

  /// The shortest `%f`, however long: `0.1`, `10000000000`. The format of labels and samples.
  public static String decimal(double value) {
    if (!Double.isFinite(value)) {
      return nonFinite(value);
    }
    if (value == 0) {
      return 1 / value < 0 ? "-0" : "0";
    }
    if (value == Math.rint(value) && Math.abs(value) < 1e15) {
      return Long.toString((long) value);
    }
    double size = Math.abs(value);
    if (size >= 1e-3 && size < 1e7) {
      return Double.toString(value); // the same, as no whole number comes here
    }
    if (size >= 1e7 && size < 1e15) {
      return withoutExponent(Double.toString(value));
    }
    return shortest(value).toPlainString();
  }

  /// The shortest `%g`, which is Go's `%v`: with an exponent below 1e-4 and from 1e6 on.
  public static String general(double value) {
    return format(value, 'g', -1);
  }

  /// The shortest `%f`, but `%e` below 1e-6 and from 1e21 on, as `encoding/json` chooses between
  /// them: `0.1`, `10000000000`, `1.5e-09`.
  public static String json(double value) {
    double size = Math.abs(value);
    return value != 0 && Double.isFinite(value) && (size < 1e-6 || size >= 1e21)
        ? format(value, 'e', -1)
        : decimal(value);
  }

  /// `strconv.ParseFloat`: `1e9`, `1_000`, `0x1p4`, `Inf`, `nan`, without surrounding text.
  ///
  /// @return empty for other text and for a number outside the range of double
  public static Optional<Double> parse(String text) {
    if (DECIMAL.matcher(text).matches() || HEX.matcher(text).matches()) {
      double value = Double.parseDouble(text.replace("_", ""));
      return Double.isInfinite(value) ? Optional.empty() : Optional.of(value);
    }
    return Optional.ofNullable(
        switch (text.toLowerCase(Locale.ROOT)) {
          case "nan" -> Double.NaN;
          case "inf", "+inf", "infinity", "+infinity" -> Double.POSITIVE_INFINITY;
          case "-inf", "-infinity" -> Double.NEGATIVE_INFINITY;
          default -> null;
        });
  }

  private static String nonFinite(double value) {
    return Double.isNaN(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf";
  }

  /// The decimal with the fewest digits that parses as this number, without trailing zeros.
  /// `Double.toString` has at least two digits, which is one too many for some of the smallest
  /// numbers.
  private static BigDecimal shortest(double value) {
    var java = new BigDecimal(Double.toString(value)).stripTrailingZeros();
    if (java.precision() != 2) {
      return java;
    }
    var one = java.round(new MathContext(1));
    return one.doubleValue() == value ? one.stripTrailingZeros() : java;
  }

  /// `1.234567875E7` without its exponent; the value is not a whole number, so it has more decimals
  /// than the exponent.
  private static String withoutExponent(String text) {
    int point = text.indexOf('.');
    int end = text.indexOf('E');
    int whole = point + 1 + Integer.parseInt(text, end + 1, text.length(), 10);
    return new StringBuilder(end + 1)
        .append(text, 0, point)
        .append(text, point + 1, whole)
        .append('.')
        .append(text, whole, end)
        .toString();
  }

  private static String fixed(BigDecimal value, int precision) {
    return (precision < 0 ? value : value.setScale(precision, RoundingMode.HALF_EVEN))
        .toPlainString();
  }

  private static String exponential(BigDecimal value, int precision) {
    var rounded = precision < 0 ? value : rounded(value, precision + 1);
    int exponent = exponent(rounded);
    var digits = rounded.unscaledValue().toString();
    var padded = digits + "0".repeat(Math.max(0, precision + 1 - digits.length()));
    return padded.charAt(0)
        + (padded.length() > 1 ? "." + padded.substring(1) : "")
        + (exponent < 0 ? "e-" : "e+")
        + (Math.abs(exponent) < 10 ? "0" : "")
        + Math.abs(exponent);
  }

  private static String general(BigDecimal value, int precision) {
    int digits = Math.max(1, precision);
    var rounded = precision < 0 ? value : rounded(value, digits).stripTrailingZeros();
    int exponent = exponent(rounded);
    return exponent < -4 || exponent >= (precision < 0 ? SHORTEST_GENERAL : digits)
        ? exponential(rounded, -1)
        : fixed(rounded, -1);
  }

  private static BigDecimal rounded(BigDecimal value, int digits) {
    return value.signum() == 0
        ? BigDecimal.ZERO
        : value.round(new MathContext(digits, RoundingMode.HALF_EVEN));
  }

  private static int exponent(BigDecimal value) {
    return value.signum() == 0 ? 0 : value.precision() - value.scale() - 1;
  }
}
