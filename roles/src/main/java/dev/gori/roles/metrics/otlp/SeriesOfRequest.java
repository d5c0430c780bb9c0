package dev.gori.roles.metrics.otlp;

import dev.gori.engines.tsdb.Batch;
import dev.gori.kernel.label.Labels;
import dev.gori.kernel.sample.Sample;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.AggregationTemporality;
import io.opentelemetry.proto.metrics.v1.DataPointFlags;
import io.opentelemetry.proto.metrics.v1.Exemplar;
import io.opentelemetry.proto.metrics.v1.ExponentialHistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.HistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.SummaryDataPoint;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Turns the metrics of one request into samples. What has no place in Prometheus's data model is
/// left out and counted.
final class SeriesOfRequest {

    private final Batch batch = new Batch();
    private int left;
    private @Nullable String problem;

    static SeriesOfRequest read(ExportMetricsServiceRequest request) {
        var series = new SeriesOfRequest();
        for (var resource : request.getResourceMetricsList()) {
            var labels = new SeriesLabels(resource.getResource());
            long newest = Long.MIN_VALUE;
            for (var scope : resource.getScopeMetricsList()) {
                for (var metric : scope.getMetricsList()) {
                    newest = Math.max(newest, series.metric(metric, labels));
                }
            }
            if (newest > Long.MIN_VALUE && labels.describesTarget()) {
                series.batch.add(labels.target(), newest, 1);
            }
        }
        return series;
    }

    Batch batch() {
        return batch;
    }

    /// Points that are left out.
    int left() {
        return left;
    }

    /// Why the first of them is.
    Optional<String> problem() {
        return Optional.ofNullable(problem);
    }

    /// @return the newest time of its points in milliseconds since the epoch; `Long.MIN_VALUE` when
    ///   it has none that are stored
    private long metric(Metric metric, SeriesLabels labels) {
        if (name(metric, SeriesName.Kind.OTHER).isEmpty()) {
            leaveOut(
                    points(metric),
                    "a metric named '%s' (expected: a name with a letter or a digit in it)"
                            .formatted(metric.getName()));
            return Long.MIN_VALUE;
        }
        return switch (metric.getDataCase()) {
            case GAUGE ->
                    numbers(
                            metric.getGauge().getDataPointsList(),
                            name(metric, SeriesName.Kind.GAUGE),
                            labels);
            case SUM ->
                    isCumulative(
                                    metric,
                                    metric.getSum().getAggregationTemporality(),
                                    metric.getSum().getDataPointsCount())
                            ? numbers(
                                    metric.getSum().getDataPointsList(),
                                    name(
                                            metric,
                                            metric.getSum().getIsMonotonic()
                                                    ? SeriesName.Kind.COUNTER
                                                    : SeriesName.Kind.OTHER),
                                    labels)
                            : Long.MIN_VALUE;
            case HISTOGRAM ->
                    isCumulative(
                                    metric,
                                    metric.getHistogram().getAggregationTemporality(),
                                    metric.getHistogram().getDataPointsCount())
                            ? histograms(
                                    metric.getHistogram().getDataPointsList(),
                                    name(metric, SeriesName.Kind.OTHER),
                                    labels)
                            : Long.MIN_VALUE;
            case EXPONENTIAL_HISTOGRAM ->
                    isCumulative(
                                    metric,
                                    metric.getExponentialHistogram().getAggregationTemporality(),
                                    metric.getExponentialHistogram().getDataPointsCount())
                            ? exponential(
                                    metric.getExponentialHistogram().getDataPointsList(),
                                    name(metric, SeriesName.Kind.OTHER),
                                    labels)
                            : Long.MIN_VALUE;
            case SUMMARY ->
                    summaries(
                            metric.getSummary().getDataPointsList(),
                            name(metric, SeriesName.Kind.OTHER),
                            labels);
            case DATA_NOT_SET -> {
                leaveOut(1, "metric '%s' without data".formatted(metric.getName()));
                yield Long.MIN_VALUE;
            }
        };
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

    private static String name(Metric metric, SeriesName.Kind kind) {
        return SeriesName.of(metric.getName(), metric.getUnit(), kind);
    }

    private boolean isCumulative(Metric metric, AggregationTemporality temporality, int points) {
        if (temporality == AggregationTemporality.AGGREGATION_TEMPORALITY_CUMULATIVE) {
            return true;
        }
        leaveOut(
                points,
                "metric '%s' has %s (expected: AGGREGATION_TEMPORALITY_CUMULATIVE; set the exporter to it)"
                        .formatted(metric.getName(), temporality));
        return false;
    }

    private void leaveOut(int points, String why) {
        left += points;
        problem = problem == null ? why : problem;
    }

    private static long millis(long nanos) {
        return nanos / 1_000_000;
    }

    private static boolean isOver(int flags) {
        return (flags & DataPointFlags.DATA_POINT_FLAGS_NO_RECORDED_VALUE_MASK_VALUE) != 0;
    }

    private long numbers(List<NumberDataPoint> points, String name, SeriesLabels labels) {
        long newest = Long.MIN_VALUE;
        for (var point : points) {
            var series = labels.of(name, point.getAttributesList());
            double value = point.hasAsInt() ? point.getAsInt() : point.getAsDouble();
            long at = millis(point.getTimeUnixNano());
            batch.add(series, at, isOver(point.getFlags()) ? Sample.STALE : value)
                    .startedAt(millis(point.getStartTimeUnixNano()));
            point.getExemplarsList().forEach(exemplar -> exemplar(series, exemplar));
            newest = Math.max(newest, at);
        }
        return newest;
    }

    private long histograms(List<HistogramDataPoint> points, String name, SeriesLabels labels) {
        long newest = Long.MIN_VALUE;
        for (var point : points) {
            int bounds = point.getExplicitBoundsCount();
            if (point.getBucketCountsCount() != 0 && point.getBucketCountsCount() != bounds + 1) {
                leaveOut(
                        1,
                        "histogram '%s' with %d bounds and %d buckets (expected: one bucket more than bounds)"
                                .formatted(name, bounds, point.getBucketCountsCount()));
                continue;
            }
            newest = Math.max(newest, histogram(point, name, labels));
        }
        return newest;
    }

    private long histogram(HistogramDataPoint point, String name, SeriesLabels labels) {
        var attributes = point.getAttributesList();
        long at = millis(point.getTimeUnixNano());
        long start = millis(point.getStartTimeUnixNano());
        boolean over = isOver(point.getFlags());
        if (point.hasSum()) {
            add(labels.of(name + "_sum", attributes), at, start, over, point.getSum());
        }
        add(labels.of(name + "_count", attributes), at, start, over, point.getCount());
        long seen = 0;
        for (int i = 0; i < point.getExplicitBoundsCount(); i++) {
            seen += i < point.getBucketCountsCount() ? point.getBucketCounts(i) : 0;
            add(
                    bucket(name, attributes, labels, DoubleText.of(point.getExplicitBounds(i))),
                    at,
                    start,
                    over,
                    seen);
        }
        add(bucket(name, attributes, labels, "+Inf"), at, start, over, point.getCount());
        for (var exemplar : point.getExemplarsList()) {
            exemplar(
                    bucket(name, attributes, labels, boundOf(point, exemplar.getAsDouble())),
                    exemplar);
        }
        return at;
    }

    private static Labels bucket(
            String name, List<KeyValue> attributes, SeriesLabels labels, String bound) {
        return labels.of(name + "_bucket", attributes, "le", bound);
    }

    private static String boundOf(HistogramDataPoint point, double value) {
        return point.getExplicitBoundsList().stream()
                .filter(bound -> value <= bound)
                .findFirst()
                .map(DoubleText::of)
                .orElse("+Inf");
    }

    private long exponential(
            List<ExponentialHistogramDataPoint> points, String name, SeriesLabels labels) {
        long newest = Long.MIN_VALUE;
        for (var point : points) {
            var series = labels.of(name, point.getAttributesList());
            long at = millis(point.getTimeUnixNano());
            try {
                if (isOver(point.getFlags())) {
                    batch.add(series, at, Sample.STALE);
                } else {
                    batch.add(series, at, ExponentialPoint.of(point))
                            .startedAt(millis(point.getStartTimeUnixNano()));
                }
            } catch (IllegalArgumentException | ArithmeticException e) {
                leaveOut(1, "exponential histogram '%s': %s".formatted(name, e.getMessage()));
                continue;
            }
            point.getExemplarsList().forEach(exemplar -> exemplar(series, exemplar));
            newest = Math.max(newest, at);
        }
        return newest;
    }

    private long summaries(List<SummaryDataPoint> points, String name, SeriesLabels labels) {
        long newest = Long.MIN_VALUE;
        for (var point : points) {
            long at = millis(point.getTimeUnixNano());
            long start = millis(point.getStartTimeUnixNano());
            boolean over = isOver(point.getFlags());
            add(
                    labels.of(name + "_sum", point.getAttributesList()),
                    at,
                    start,
                    over,
                    point.getSum());
            add(
                    labels.of(name + "_count", point.getAttributesList()),
                    at,
                    start,
                    over,
                    point.getCount());
            for (var quantile : point.getQuantileValuesList()) {
                var series =
                        labels.of(
                                name,
                                point.getAttributesList(),
                                "quantile",
                                DoubleText.of(quantile.getQuantile()));
                add(series, at, start, over, quantile.getValue());
            }
            newest = Math.max(newest, at);
        }
        return newest;
    }

    private void add(Labels series, long at, long start, boolean over, double value) {
        batch.add(series, at, over ? Sample.STALE : value).startedAt(start);
    }

    private void exemplar(Labels series, Exemplar exemplar) {
        var labels = new TreeMap<String, String>();
        exemplar.getFilteredAttributesList()
                .forEach(
                        attribute ->
                                labels.put(
                                        SeriesName.ofLabel(attribute.getKey()),
                                        attribute.getValue().getStringValue()));
        if (!exemplar.getTraceId().isEmpty()) {
            labels.put("trace_id", HexFormat.of().formatHex(exemplar.getTraceId().toByteArray()));
        }
        if (!exemplar.getSpanId().isEmpty()) {
            labels.put("span_id", HexFormat.of().formatHex(exemplar.getSpanId().toByteArray()));
        }
        double value = exemplar.hasAsInt() ? exemplar.getAsInt() : exemplar.getAsDouble();
        batch.exemplar(
                series,
                new dev.gori.kernel.sample.Exemplar(
                        Labels.of(labels), value, millis(exemplar.getTimeUnixNano())));
    }
}
