package dev.gori.metrics.exposition;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// Parses floats as Go does, without hexadecimal and underscores; out-of-range numbers are errors.
final class FloatText {

  /// The NaN to store for every scraped NaN, so that none is a stale marker.
  static final double NAN = Double.longBitsToDouble(0x7ff8000000000001L);

  private static final double[] POWERS = new double[23];
  private static final long EXACT = 1L << 53;

  static {
    double power = 1;
    for (int i = 0; i < POWERS.length; i++) {
      POWERS[i] = power;
      power *= 10;
    }
  }

  private FloatText() {}

  static double normal(double value) {
    return Double.isNaN(value) ? NAN : value;
  }

  /// Most numbers have few digits and a small exponent. Then the digits and the power of ten are
  /// exact doubles, and one operation gives the correctly rounded result.
  ///
  /// @throws NumberFormatException if it is not a float
  static double parse(byte[] in, int from, int to) {
    int at = from;
    boolean negative = at < to && in[at] == '-';
    if (at < to && (negative || in[at] == '+')) {
      at++;
    }
    long digits = 0;
    int scale = 0;
    int seen = 0;
    boolean point = false;
    for (; at < to; at++) {
      int c = in[at];
      if (c >= '0' && c <= '9') {
        if (++seen > 18) {
          return slow(in, from, to);
        }
        digits = digits * 10 + (c - '0');
        scale -= point ? 1 : 0;
      } else if (c == '.' && !point) {
        point = true;
      } else {
        break;
      }
    }
    if (seen == 0 || (at < to && (in[at] | 0x20) != 'e')) {
      return slow(in, from, to);
    }
    if (at < to) {
      int exponent = exponent(in, at + 1, to);
      if (exponent == Integer.MIN_VALUE) {
        return slow(in, from, to);
      }
      scale += exponent;
    }
    if (digits > EXACT || scale > 22 || scale < -22) {
      return slow(in, from, to);
    }
    double value = scale < 0 ? digits / POWERS[-scale] : digits * POWERS[scale];
    return negative ? -value : value;
  }

  /// A small exponent; {@link Integer#MIN_VALUE} if it is not one.
  private static int exponent(byte[] in, int from, int to) {
    int at = from;
    boolean negative = at < to && in[at] == '-';
    if (at < to && (negative || in[at] == '+')) {
      at++;
    }
    int value = 0;
    if (at == to || to - at > 3) {
      return Integer.MIN_VALUE;
    }
    for (; at < to; at++) {
      if (in[at] < '0' || in[at] > '9') {
        return Integer.MIN_VALUE;
      }
      value = value * 10 + (in[at] - '0');
    }
    return negative ? -value : value;
  }

  private static double slow(byte[] in, int from, int to) {
    var text = new String(in, from, to - from, StandardCharsets.ISO_8859_1);
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "nan" -> NAN;
      case "inf", "+inf", "infinity", "+infinity" -> Double.POSITIVE_INFINITY;
      case "-inf", "-infinity" -> Double.NEGATIVE_INFINITY;
      default -> plain(text);
    };
  }

  private static double plain(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if ((c < '0' || c > '9') && c != '.' && c != 'e' && c != 'E' && c != '+' && c != '-') {
        throw new NumberFormatException(text);
      }
    }
    double value = Double.parseDouble(text);
    if (Double.isInfinite(value)) {
      throw new NumberFormatException(text);
    }
    return value;
  }

  /// Formats bucket bounds and quantiles as OpenMetrics does: integers with `.0`, an exponent below
  /// 1e-4 and from 1e6 on.
  static String bound(double value) {
    if (Double.isNaN(value)) {
      return "NaN";
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "+Inf" : "-Inf";
    }
    if (value == 0) {
      return "0.0"; // also for -0
    }
    var exact = new BigDecimal(Double.toString(value)).stripTrailingZeros();
    int exponent = exact.precision() - exact.scale() - 1;
    if (exponent < -4 || exponent >= 6) {
      var digits = exact.unscaledValue().abs().toString();
      return (value < 0 ? "-" : "")
          + digits.charAt(0)
          + (digits.length() > 1 ? "." + digits.substring(1) : "")
          + (exponent < 0 ? "e-" : "e+")
          + (Math.abs(exponent) < 10 ? "0" : "")
          + Math.abs(exponent);
    }
    var plain = exact.toPlainString();
    return plain.indexOf('.') < 0 ? plain + ".0" : plain;
  }
}
