package dev.gori.metrics.remote.sender;

import dev.gori.kernel.label.Labels;
import dev.gori.metrics.exposition.MetricType;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Metadata of a metric.
public record MetricMetadata(String metric, MetricType type, String help, String unit) {

  private static final List<String> SUFFIXES =
      List.of("_total", "_bucket", "_count", "_sum", "_created", "_info");

  /// The type's number in the enum of both protocols.
  int code() {
    return switch (type) {
      case UNKNOWN -> 0;
      case COUNTER -> 1;
      case GAUGE -> 2;
      case HISTOGRAM -> 3;
      case GAUGEHISTOGRAM -> 4;
      case SUMMARY -> 5;
      case INFO -> 6;
      case STATESET -> 7;
    };
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
