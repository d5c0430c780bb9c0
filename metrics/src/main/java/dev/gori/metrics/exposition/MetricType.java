package dev.gori.metrics.exposition;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/// The kinds of metrics.
public enum MetricType {
  COUNTER,
  GAUGE,
  HISTOGRAM,
  GAUGEHISTOGRAM,
  SUMMARY,
  INFO,
  STATESET,
  UNKNOWN;

  private final byte[] text = name().toLowerCase(Locale.ROOT).getBytes(StandardCharsets.UTF_8);

  /// As OpenMetrics and Prometheus's API write it.
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// The type that a `# TYPE` line names; the text format knows fewer, and `untyped`.
  static Optional<MetricType> of(byte[] in, int from, int to, boolean openMetrics) {
    for (var type : values()) {
      if (AsciiBytes.equal(type.text, in, from, to)) {
        return openMetrics || !type.isOpenMetricsOnly() ? Optional.of(type) : Optional.empty();
      }
    }
    boolean untyped = !openMetrics && AsciiBytes.equal(AsciiBytes.UNTYPED, in, from, to);
    return untyped ? Optional.of(UNKNOWN) : Optional.empty();
  }

  private boolean isOpenMetricsOnly() {
    return this == GAUGEHISTOGRAM || this == INFO || this == STATESET;
  }
}
