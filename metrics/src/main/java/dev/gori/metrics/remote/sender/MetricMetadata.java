package dev.gori.metrics.remote.sender;

import dev.gori.kernel.label.Labels;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Metadata of a metric.
///
/// @param type as in OpenMetrics
public record MetricMetadata(String metric, String type, String help, String unit) {

  /// In the order of the enum of both protocols.
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

  /// The type's number in the enum of both protocols.
  int code() {
    return Math.max(0, TYPES.indexOf(type));
  }

  /// The metadata of a series' metric, which may be known without the suffix of the series.
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
