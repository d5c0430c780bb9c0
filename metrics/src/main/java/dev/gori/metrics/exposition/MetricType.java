package dev.gori.metrics.exposition;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// Metric types.
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

  /// As in OpenMetrics and Prometheus's API.
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// The type of a metadata text; UNKNOWN if there is no such type, as for `untyped`.
  public static MetricType of(String text) {
    return Arrays.stream(values())
        .filter(type -> type.text().equals(text))
        .findFirst()
        .orElse(UNKNOWN);
  }

  /// The type of a `# TYPE` line. The text format has fewer types, and `untyped`.
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
