package dev.gori.metrics.otlp;

import java.math.BigDecimal;

/// Formats numbers in label values: the shortest decimal without an exponent.
final class DoubleText {

  private DoubleText() {}

  static String of(double value) {
    if (Double.isNaN(value)) {
      return "NaN";
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "+Inf" : "-Inf";
    }
    return value == 0
        ? "0"
        : new BigDecimal(Double.toString(value)).stripTrailingZeros().toPlainString();
  }

  /// Formats a number of an attribute: with an exponent if it is very small or very large, as in
  /// JSON.
  static String ofAttribute(double value) {
    double size = Math.abs(value);
    if (!Double.isFinite(value) || size == 0 || (size >= 1e-6 && size < 1e21)) {
      return of(value);
    }
    var number = new BigDecimal(Double.toString(value)).stripTrailingZeros();
    var digits = number.unscaledValue().abs().toString();
    int exponent = digits.length() - 1 - number.scale();
    return (value < 0 ? "-" : "")
        + digits.charAt(0)
        + (digits.length() > 1 ? "." + digits.substring(1) : "")
        + (exponent < 0 ? "e" : "e+")
        + exponent;
  }
}
