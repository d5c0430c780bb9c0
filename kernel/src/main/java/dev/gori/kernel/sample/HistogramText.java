package dev.gori.kernel.sample;

import java.math.BigDecimal;

/// Writes a native histogram as Prometheus does in its tables and labels.
final class HistogramText {

  private HistogramText() {}

  static String of(FloatHistogram h) {
    var text =
        new StringBuilder("{count:")
            .append(number(h.count()))
            .append(", sum:")
            .append(number(h.sum()));
    for (var bucket : h.ascending()) {
      text.append(", ")
          .append(bucket.lowerInclusive() ? '[' : '(')
          .append(number(bucket.lower()))
          .append(',')
          .append(number(bucket.upper()))
          .append(bucket.upperInclusive() ? ']' : ')')
          .append(':')
          .append(number(bucket.count()));
    }
    return text.append('}').toString();
  }

  /// The shortest text that reads back as the number; with an exponent below 1e-4 and from 1e6 on,
  /// like %g in Go.
  static String number(double value) {
    if (Double.isNaN(value)) {
      return "NaN";
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "+Inf" : "-Inf";
    }
    if (value == 0) {
      return 1 / value < 0 ? "-0" : "0";
    }
    var exact = new BigDecimal(Double.toString(value)).stripTrailingZeros();
    int exponent = exact.precision() - exact.scale() - 1;
    if (exponent >= -4 && exponent < 6) {
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
