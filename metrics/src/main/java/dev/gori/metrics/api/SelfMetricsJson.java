package dev.gori.metrics.api;

import dev.gori.base.json.Json;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.DataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.StateSetSnapshot;
import io.prometheus.metrics.model.snapshots.SummarySnapshot;
import io.prometheus.metrics.model.snapshots.SummarySnapshot.SummaryDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.UnknownSnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The role's own metrics in protobuf's JSON mapping of `MetricFamily`.
final class SelfMetricsJson {

  private SelfMetricsJson() {}

  /// The name in an exposition.
  static String name(MetricSnapshot family) {
    var name = family.getMetadata().getPrometheusName();
    return switch (family) {
      case CounterSnapshot _ -> name + "_total";
      case InfoSnapshot _ -> name + "_info";
      default -> name;
    };
  }

  static Map<String, @Nullable Object> of(MetricSnapshot family) {
    var help = family.getMetadata().getHelp();
    return Json.object(
        "name",
        name(family),
        "help",
        help == null ? "" : help,
        "type",
        type(family),
        "metric",
        points(family).toList());
  }

  private static String type(MetricSnapshot family) {
    return switch (family) {
      case CounterSnapshot _ -> "COUNTER";
      case HistogramSnapshot _ -> "HISTOGRAM";
      case SummarySnapshot _ -> "SUMMARY";
      case UnknownSnapshot _ -> "UNTYPED";
      default -> "GAUGE";
    };
  }

  private static Stream<Map<String, @Nullable Object>> points(MetricSnapshot family) {
    return switch (family) {
      case CounterSnapshot counter ->
          counter.getDataPoints().stream()
              .map(point -> point(point, "counter", value(point.getValue())));
      case GaugeSnapshot gauge ->
          gauge.getDataPoints().stream()
              .map(point -> point(point, "gauge", value(point.getValue())));
      case UnknownSnapshot unknown ->
          unknown.getDataPoints().stream()
              .map(point -> point(point, "untyped", value(point.getValue())));
      case InfoSnapshot info ->
          info.getDataPoints().stream().map(point -> point(point, "gauge", value(1)));
      case HistogramSnapshot histogram ->
          histogram.getDataPoints().stream()
              .map(point -> point(point, "histogram", histogram(point)));
      case SummarySnapshot summary ->
          summary.getDataPoints().stream().map(point -> point(point, "summary", summary(point)));
      case StateSetSnapshot _ -> Stream.of();
      default ->
          throw new IllegalStateException("a metric of an unknown kind: " + family.getClass());
    };
  }

  private static Map<String, @Nullable Object> point(
      DataPointSnapshot point, String kind, Map<String, @Nullable Object> value) {
    var json = Json.object();
    var labels = labels(point.getLabels());
    if (!labels.isEmpty()) {
      json.put("label", labels);
    }
    json.put(kind, value);
    return json;
  }

  private static List<Map<String, @Nullable Object>> labels(Labels labels) {
    return labels.stream()
        .map(label -> Json.object("name", label.getName(), "value", label.getValue()))
        .toList();
  }

  private static Map<String, @Nullable Object> value(double value) {
    return Json.object("value", number(value));
  }

  /// The JSON mapping has strings for 64-bit integers and for non-finite numbers.
  private static Object number(double value) {
    return Double.isFinite(value)
        ? (Object) value
        : Double.isNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";
  }

  private static Map<String, @Nullable Object> histogram(HistogramDataPointSnapshot point) {
    var buckets = new ArrayList<Map<String, @Nullable Object>>();
    long below = 0;
    if (point.hasClassicHistogramData()) {
      for (var bucket : point.getClassicBuckets()) {
        below += bucket.getCount();
        if (Double.isFinite(bucket.getUpperBound())) {
          buckets.add(
              Json.object(
                  "cumulativeCount", String.valueOf(below), "upperBound", bucket.getUpperBound()));
        }
      }
    }
    return Json.object(
        "sampleCount",
        String.valueOf(point.getCount()),
        "sampleSum",
        number(point.getSum()),
        "bucket",
        buckets);
  }

  private static Map<String, @Nullable Object> summary(SummaryDataPointSnapshot point) {
    var quantiles = new ArrayList<Map<String, @Nullable Object>>();
    point
        .getQuantiles()
        .forEach(
            one ->
                quantiles.add(
                    Json.object("quantile", one.getQuantile(), "value", number(one.getValue()))));
    return Json.object(
        "sampleCount",
        String.valueOf(point.getCount()),
        "sampleSum",
        number(point.getSum()),
        "quantile",
        quantiles);
  }
}
