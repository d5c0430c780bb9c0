package dev.gori.metrics.exposition;

import dev.gori.kernel.gotext.GoFloat;
import java.nio.charset.StandardCharsets;

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
    if (text.chars().anyMatch(c -> c == '_' || c == 'x' || c == 'X')) {
      throw new NumberFormatException(text);
    }
    return normal(GoFloat.parse(text).orElseThrow(() -> new NumberFormatException(text)));
  }

  /// Formats bucket bounds and quantiles as OpenMetrics does: integers with `.0`, an exponent below
  /// 1e-4 and from 1e6 on.
  static String bound(double value) {
    var text = value == 0 ? "0" : GoFloat.general(value); // without the sign of minus zero
    return Double.isFinite(value) && text.indexOf('.') < 0 && text.indexOf('e') < 0
        ? text + ".0"
        : text;
  }
}
