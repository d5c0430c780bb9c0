package dev.gori.metrics.api;

import dev.gori.kernel.label.Labels;
import dev.gori.kernel.sample.FloatHistogram;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// The newest sample of a series for federation.
///
/// @param labels without the metric name, with external labels
record FederatedSample(
    String name,
    Map<String, String> labels,
    long millis,
    double value,
    Optional<FloatHistogram> histogram) {

  /// Adds an empty `instance` if there is none, so that a scrape with `honor_labels` does not add
  /// its own.
  static Map<String, String> labels(Labels own, Labels external) {
    var shown = new LinkedHashMap<String, String>();
    own.forEach(shown::put);
    shown.remove(Labels.NAME);
    var added = new TreeMap<>(external.toMap());
    added.putIfAbsent("instance", "");
    added.forEach(shown::putIfAbsent);
    return shown;
  }

  /// The types of metric families in both formats.
  enum FamilyType {
    UNTYPED(3, "untyped"),
    HISTOGRAM(4, "histogram"),
    GAUGE_HISTOGRAM(5, "histogram");

    /// Number in protobuf.
    final int number;

    /// Name in the text format.
    final String text;

    FamilyType(int number, String text) {
      this.number = number;
      this.text = text;
    }
  }

  FamilyType type() {
    return histogram
        .map(it -> it.isGauge() ? FamilyType.GAUGE_HISTOGRAM : FamilyType.HISTOGRAM)
        .orElse(FamilyType.UNTYPED);
  }

  /// Whether both belong to one metric family.
  boolean belongsTo(FederatedSample other) {
    return name.equals(other.name) && type() == other.type();
  }
}
