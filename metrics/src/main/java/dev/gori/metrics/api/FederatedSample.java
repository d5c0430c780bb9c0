package dev.gori.metrics.api;

import dev.gori.kernel.label.Labels;
import dev.gori.kernel.sample.FloatHistogram;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// The newest sample of a series that goes to another Prometheus.
///
/// @param labels its own, without its name, and then those that it gets on the way
record FederatedSample(
    String name,
    Map<String, String> labels,
    long millis,
    double value,
    Optional<FloatHistogram> histogram) {

  /// A series without `instance` gets an empty one, so that whoever reads this with `honor_labels`
  /// does not put its own there.
  static Map<String, String> labels(Labels own, Labels external) {
    var shown = new LinkedHashMap<String, String>();
    own.forEach(shown::put);
    shown.remove(Labels.NAME);
    var added = new TreeMap<>(external.toMap());
    added.putIfAbsent("instance", "");
    added.forEach(shown::putIfAbsent);
    return shown;
  }

  /// What a family's type is called, as in both formats.
  String type() {
    return histogram.map(it -> it.isGauge() ? "gauge_histogram" : "histogram").orElse("untyped");
  }

  /// Whether the two can be shown in one family.
  boolean belongsTo(FederatedSample other) {
    return name.equals(other.name) && type().equals(other.type());
  }
}
