package dev.gori.promql;

import java.math.BigDecimal;

/// Numbers as text.
public final class Texts {

  private Texts() {}

  /// The shortest text that reads back as the number, without an exponent: as the HTTP API and
  /// labels show samples.
  public static String plain(double value) {
    if (Double.isNaN(value)) {
      return "NaN";
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "+Inf" : "-Inf";
    }
    if (value == 0) {
      return 1 / value < 0 ? "-0" : "0";
    }
    if (value == Math.rint(value) && Math.abs(value) < 1e15) {
      return Long.toString((long) value);
    }
    return new BigDecimal(Double.toString(value)).stripTrailingZeros().toPlainString();
  }

  /// As Go's `%g`: the shortest text, with an exponent below 1e-4 and from 1e6 on.
  static String general(double value) {
    return general(value, 6);
  }

  /// The same with an exponent from that many digits before the point on.
  static String general(double value, int digitsBefore) {
    if (Double.isNaN(value) || Double.isInfinite(value) || value == 0) {
      return plain(value);
    }
    var exact = new BigDecimal(Double.toString(value)).stripTrailingZeros();
    int exponent = exact.precision() - exact.scale() - 1;
    if (exponent >= -4 && exponent < digitsBefore) {
      return exact.toPlainString();
    }
    var digits = exact.unscaledValue().abs().toString();
    return (value < 0 ? "-" : "")
        + digits.charAt(0)
        + (digits.length() > 1 ? "." + digits.substring(1) : "")
        + (exponent < 0 ? "e-" : "e+")
        + (Math.abs(exponent) < 10 ? "0" : "")
        + Math.abs(exponent);
  }
}
