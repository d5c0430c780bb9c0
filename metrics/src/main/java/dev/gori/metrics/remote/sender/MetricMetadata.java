package dev.gori.metrics.remote.sender;

import dev.gori.kernel.label.Labels;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What is known of a metric.
///
/// @param type as OpenMetrics has it
public record MetricMetadata(String metric, String type, String help, String unit) {

  /// In the order of their numbers in both protocols.
  private static final List<String> TYPES =
      List.of(
          "unknown",
          "counter",
          "gauge",
          "histogram",
          "gaugehistogram",
          "summary",
          "info",
          "stateset");

  private static final List<String> SUFFIXES =
      List.of("_total", "_bucket", "_count", "_sum", "_created", "_info");

  /// The type's number in both protocols.
  int code() {
    return Math.max(0, TYPES.indexOf(type));
  }

  /// What is known of a series' metric, which may have been described without the series' ending.
  static Optional<MetricMetadata> of(Labels series, Map<String, MetricMetadata> known) {
    var name = series.metric();
    var found = known.get(name);
    if (found != null) {
      return Optional.of(found);
    }
    return SUFFIXES.stream()
        .filter(name::endsWith)
        .findFirst()
        .map(ending -> known.get(name.substring(0, name.length() - ending.length())));
  }
}
