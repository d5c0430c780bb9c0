package dev.gori.metrics.otlp;

import dev.gori.kernel.gotext.GoFloat;
import dev.gori.kernel.label.Labels;
import dev.gori.kernel.sample.Buckets;
import dev.gori.kernel.sample.FloatHistogram;
import dev.gori.kernel.sample.Sample;
import dev.gori.tsdb.AppendBatch;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.metrics.v1.AggregationTemporality;
import io.opentelemetry.proto.metrics.v1.DataPointFlags;
import io.opentelemetry.proto.metrics.v1.Exemplar;
import io.opentelemetry.proto.metrics.v1.ExponentialHistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.HistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import io.opentelemetry.proto.metrics.v1.SummaryDataPoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/// Converts the metrics of a request to samples. Points that Prometheus's data model cannot
/// represent are dropped and counted.
final class OtlpConverter {

  /// Limit on the `target_info` samples per resource of a request.
  private static final int MAX_TARGET_INFO = 1000;

  private record TargetInfoSample(Labels labels, long millis) {}

  private final OtlpSettings settings;
  private final long targetInterval;
  private final AppendBatch batch = new AppendBatch();
  private final Set<TargetInfoSample> targets = new HashSet<>();
  private long earliest;
  private long newest;
  private int dropped;
  private @Nullable String problem;

  private OtlpConverter(OtlpSettings settings, Duration lookback) {
    this.settings = settings;
    this.targetInterval = Math.max(1, lookback.toMillis() / 2);
  }

  /// @param lookback lookback delta
  static OtlpConverter read(
      ExportMetricsServiceRequest request, OtlpSettings settings, Duration lookback) {
    var series = new OtlpConverter(settings, lookback);
    request.getResourceMetricsList().forEach(series::resource);
    return series;
  }

  AppendBatch batch() {
    return batch;
  }

  /// Number of dropped points.
  int dropped() {
    return dropped;
  }

  /// Why the first point was dropped.
  Optional<String> problem() {
    return Optional.ofNullable(problem);
  }

  private void drop(int points, String why) {
    dropped += points;
    problem = problem == null ? why : problem;
  }

  private void resource(ResourceMetrics resource) {
    earliest = Long.MAX_VALUE;
    newest = Long.MIN_VALUE;
    OtlpLabels labels;
    try {
      labels = new OtlpLabels(resource.getResource(), settings);
    } catch (IllegalArgumentException e) {
      resource.getScopeMetricsList().forEach(scope -> drop(scope.getMetricsList(), e.getMessage()));
      return;
    }
    for (var scope : resource.getScopeMetricsList()) {
      try {
        labels.setScope(scope);
      } catch (IllegalArgumentException e) {
        drop(scope.getMetricsList(), e.getMessage());
        continue;
      }
      scope.getMetricsList().forEach(metric -> metric(metric, labels));
    }
    if (newest > Long.MIN_VALUE && labels.needsTargetInfo()) {
      target(labels.targetInfoLabels());
    }
  }

  private void drop(List<Metric> metrics, @Nullable String why) {
    metrics.forEach(metric -> drop(points(metric), String.valueOf(why)));
  }

  private static int points(Metric metric) {
    return switch (metric.getDataCase()) {
      case GAUGE -> metric.getGauge().getDataPointsCount();
      case SUM -> metric.getSum().getDataPointsCount();
      case HISTOGRAM -> metric.getHistogram().getDataPointsCount();
      case EXPONENTIAL_HISTOGRAM -> metric.getExponentialHistogram().getDataPointsCount();
      case SUMMARY -> metric.getSummary().getDataPointsCount();
      case DATA_NOT_SET -> 1;
    };
  }

  /// Adds `target_info` samples so that it has a value at any time between the first and the last
  /// point.
  private void target(Labels labels) {
    long skipped =
        Math.max(0, (newest - earliest) / targetInterval - MAX_TARGET_INFO) * targetInterval;
    for (long at = earliest + skipped; at < newest; at += targetInterval) {
      target(labels, at);
    }
    target(labels, newest);
  }

  private void target(Labels labels, long at) {
    if (targets.add(new TargetInfoSample(labels, at))) {
      batch.add(labels, at, 1);
    }
  }

  private void metric(Metric metric, OtlpLabels labels) {
    try {
      var name =
          MetricNamer.of(settings.strategy(), metric.getName(), metric.getUnit(), kind(metric));
      cumulative(metric);
      points(metric, name, labels);
    } catch (IllegalArgumentException e) {
      drop(points(metric), String.valueOf(e.getMessage()));
    }
  }

  private static MetricNamer.Kind kind(Metric metric) {
    return metric.hasGauge()
        ? MetricNamer.Kind.GAUGE
        : metric.hasSum() && metric.getSum().getIsMonotonic()
            ? MetricNamer.Kind.COUNTER
            : MetricNamer.Kind.OTHER;
  }

  private static void cumulative(Metric metric) {
    var temporality =
        switch (metric.getDataCase()) {
          case SUM -> metric.getSum().getAggregationTemporality();
          case HISTOGRAM -> metric.getHistogram().getAggregationTemporality();
          case EXPONENTIAL_HISTOGRAM ->
              metric.getExponentialHistogram().getAggregationTemporality();
          case GAUGE, SUMMARY, DATA_NOT_SET ->
              AggregationTemporality.AGGREGATION_TEMPORALITY_CUMULATIVE;
        };
    if (temporality != AggregationTemporality.AGGREGATION_TEMPORALITY_CUMULATIVE) {
      throw new IllegalArgumentException(
          "metric '%s' has %s (expected: AGGREGATION_TEMPORALITY_CUMULATIVE; set the exporter to it)"
              .formatted(metric.getName(), temporality));
    }
  }

  private void points(Metric metric, String name, OtlpLabels labels) {
    switch (metric.getDataCase()) {
      case GAUGE ->
          each(
              name,
              metric.getGauge().getDataPointsList(),
              NumberDataPoint::getTimeUnixNano,
              point -> number(name, point, labels, List.of()));
      case SUM ->
          each(
              name,
              metric.getSum().getDataPointsList(),
              NumberDataPoint::getTimeUnixNano,
              point -> number(name, point, labels, point.getExemplarsList()));
      case HISTOGRAM ->
          each(
              name,
              metric.getHistogram().getDataPointsList(),
              HistogramDataPoint::getTimeUnixNano,
              point -> histogram(name, point, labels));
      case EXPONENTIAL_HISTOGRAM ->
          each(
              name,
              metric.getExponentialHistogram().getDataPointsList(),
              ExponentialHistogramDataPoint::getTimeUnixNano,
              point -> exponential(name, point, labels));
      case SUMMARY ->
          each(
              name,
              metric.getSummary().getDataPointsList(),
              SummaryDataPoint::getTimeUnixNano,
              point -> summary(name, point, labels));
      case DATA_NOT_SET ->
          throw new IllegalArgumentException("metric '%s' has no data".formatted(metric.getName()));
    }
  }

  private <P> void each(String name, List<P> points, ToLongFunction<P> nanos, Consumer<P> one) {
    for (var point : points) {
      try {
        one.accept(point);
        long at = millis(nanos.applyAsLong(point));
        earliest = Math.min(earliest, at);
        newest = Math.max(newest, at);
      } catch (IllegalArgumentException | ArithmeticException e) {
        drop(1, "metric '%s': %s".formatted(name, e.getMessage()));
      }
    }
  }

  private static long millis(long nanos) {
    return nanos / 1_000_000;
  }

  private static boolean isOver(int flags) {
    return (flags & DataPointFlags.DATA_POINT_FLAGS_NO_RECORDED_VALUE_MASK_VALUE) != 0;
  }

  /// Timestamp and start timestamp of a point, and whether it only marks the end of its series.
  private record PointTime(long at, long start, boolean isOver) {}

  private void add(Labels series, PointTime when, double value) {
    batch.add(series, when.at(), when.isOver() ? Sample.STALE : value).startedAt(when.start());
  }

  private void number(
      String name, NumberDataPoint point, OtlpLabels labels, List<Exemplar> exemplars) {
    var series = labels.of(name, point.getAttributesList());
    add(
        series,
        new PointTime(
            millis(point.getTimeUnixNano()),
            millis(point.getStartTimeUnixNano()),
            isOver(point.getFlags())),
        point.hasAsInt() ? point.getAsInt() : point.getAsDouble());
    ExemplarConverter.add(batch, series, exemplars);
  }

  private void histogram(String name, HistogramDataPoint point, OtlpLabels labels) {
    int bounds = point.getExplicitBoundsCount();
    int buckets = point.getBucketCountsCount();
    if (buckets != 0 && buckets != bounds + 1) {
      throw new IllegalArgumentException(
          "%d bounds and %d buckets (expected: one bucket more than bounds)"
              .formatted(bounds, buckets));
    }
    var when =
        new PointTime(
            millis(point.getTimeUnixNano()),
            millis(point.getStartTimeUnixNano()),
            isOver(point.getFlags()));
    if (settings.customBuckets()) {
      customBuckets(labels.of(name, point.getAttributesList()), point, when);
    } else {
      buckets(name, point, labels, when);
    }
  }

  private void customBuckets(Labels series, HistogramDataPoint point, PointTime when) {
    if (when.isOver()) {
      add(series, when, Sample.STALE);
    } else {
      var counts = new double[point.getBucketCountsCount()];
      for (int i = 0; i < counts.length; i++) {
        counts[i] = Unsigned.of(point.getBucketCounts(i));
      }
      var bounds =
          point.getExplicitBoundsList().stream().mapToDouble(Double::doubleValue).toArray();
      var made =
          FloatHistogram.custom(
              Unsigned.of(point.getCount()), point.getSum(), Buckets.from(0, counts), bounds);
      batch.add(series, when.at(), checked(made)).startedAt(when.start());
    }
    ExemplarConverter.add(batch, series, point.getExemplarsList());
  }

  private static FloatHistogram checked(FloatHistogram histogram) {
    histogram
        .problem(true)
        .ifPresent(
            wrong -> {
              throw new IllegalArgumentException(wrong);
            });
    return histogram;
  }

  private void buckets(String name, HistogramDataPoint point, OtlpLabels labels, PointTime when) {
    var attributes = point.getAttributesList();
    if (point.hasSum()) {
      add(labels.of(name + "_sum", attributes), when, point.getSum());
    }
    double count = Unsigned.of(point.getCount());
    add(labels.of(name + "_count", attributes), when, count);
    var exemplars = new ArrayList<>(point.getExemplarsList());
    long seen = 0;
    for (int i = 0; i < point.getBucketCountsCount() - 1; i++) {
      seen += point.getBucketCounts(i);
      double bound = point.getExplicitBounds(i);
      if (bound == Double.POSITIVE_INFINITY) {
        continue; // the +Inf bucket is always written
      }
      var series = labels.of(name + "_bucket", attributes, "le", GoFloat.decimal(bound));
      add(series, when, Unsigned.of(seen));
      var inside = exemplars.stream().filter(one -> ExemplarConverter.value(one) <= bound).toList();
      ExemplarConverter.add(batch, series, inside);
      exemplars.removeAll(inside);
    }
    var last = labels.of(name + "_bucket", attributes, "le", "+Inf");
    add(last, when, count);
    ExemplarConverter.add(batch, last, exemplars);
  }

  private void exponential(String name, ExponentialHistogramDataPoint point, OtlpLabels labels) {
    var series = labels.of(name, point.getAttributesList());
    long at = millis(point.getTimeUnixNano());
    if (isOver(point.getFlags())) {
      batch.add(series, at, Sample.STALE);
    } else {
      batch
          .add(series, at, checked(ExponentialHistogramConverter.of(point)))
          .startedAt(millis(point.getStartTimeUnixNano()));
    }
    ExemplarConverter.add(batch, series, point.getExemplarsList());
  }

  private void summary(String name, SummaryDataPoint point, OtlpLabels labels) {
    var when =
        new PointTime(
            millis(point.getTimeUnixNano()),
            millis(point.getStartTimeUnixNano()),
            isOver(point.getFlags()));
    var attributes = point.getAttributesList();
    add(labels.of(name + "_sum", attributes), when, point.getSum());
    add(labels.of(name + "_count", attributes), when, Unsigned.of(point.getCount()));
    for (var quantile : point.getQuantileValuesList()) {
      var text = GoFloat.decimal(quantile.getQuantile());
      add(labels.of(name, attributes, "quantile", text), when, quantile.getValue());
    }
  }
}
