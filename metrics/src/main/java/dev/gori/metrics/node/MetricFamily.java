package dev.gori.metrics.node;

import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.LinkedHashMap;
import java.util.Map;

/// Builds one metric family. Not thread-safe.
final class MetricFamily {

  private final String name;
  private final String help;
  private final boolean counter;
  private final Map<Labels, Double> values = new LinkedHashMap<>();

  private MetricFamily(String name, String help, boolean counter) {
    this.name = name;
    this.help = help;
    this.counter = counter;
  }

  /// @param name with the suffix `_total`
  static MetricFamily counter(String name, String help) {
    return new MetricFamily(name.substring(0, name.length() - "_total".length()), help, true);
  }

  static MetricFamily gauge(String name, String help) {
    return new MetricFamily(name, help, false);
  }

  /// @param labels names and values, alternating
  MetricFamily add(double value, String... labels) {
    values.put(labels.length == 0 ? Labels.EMPTY : Labels.of(labels), value);
    return this;
  }

  boolean isEmpty() {
    return values.isEmpty();
  }

  MetricSnapshot snapshot() {
    if (counter) {
      var builder = CounterSnapshot.builder().name(name).help(help);
      values.forEach(
          (labels, value) ->
              builder.dataPoint(
                  CounterSnapshot.CounterDataPointSnapshot.builder()
                      .labels(labels)
                      .value(Math.max(0, value))
                      .build()));
      return builder.build();
    }
    var builder = GaugeSnapshot.builder().name(name).help(help);
    values.forEach(
        (labels, value) ->
            builder.dataPoint(
                GaugeSnapshot.GaugeDataPointSnapshot.builder()
                    .labels(labels)
                    .value(value)
                    .build()));
    return builder.build();
  }
}
