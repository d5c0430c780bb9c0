package dev.gori.kernel.sample;

import static dev.gori.kernel.gotext.GoFloat.general;

/// Formats a native histogram as Prometheus's `FloatHistogram.String`.
final class HistogramText {

  private HistogramText() {}

  static String of(FloatHistogram h) {
    var text =
        new StringBuilder("{count:")
            .append(general(h.count()))
            .append(", sum:")
            .append(general(h.sum()));
    for (var bucket : h.ascending()) {
      text.append(", ")
          .append(bucket.lowerInclusive() ? '[' : '(')
          .append(general(bucket.lower()))
          .append(',')
          .append(general(bucket.upper()))
          .append(bucket.upperInclusive() ? ']' : ')')
          .append(':')
          .append(general(bucket.count()));
    }
    return text.append('}').toString();
  }
}
