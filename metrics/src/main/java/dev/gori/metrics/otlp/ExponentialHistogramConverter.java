package dev.gori.metrics.otlp;

import dev.gori.kernel.sample.BucketScheme;
import dev.gori.kernel.sample.Buckets;
import dev.gori.kernel.sample.FloatHistogram;
import io.opentelemetry.proto.metrics.v1.ExponentialHistogramDataPoint;
import java.util.Arrays;

/// Converts exponential histograms to native histograms. The bucket index differs, because OTLP
/// counts from the lower bound, and the scale may be finer than the finest schema.
final class ExponentialHistogramConverter {

  /// For points without `zero_threshold`.
  private static final double ZERO_THRESHOLD = 1e-128;

  private static final int MAX_BUCKETS = 1 << 16;

  private ExponentialHistogramConverter() {}

  /// @throws IllegalArgumentException if the scale is coarser than the coarsest schema, or there
  ///   are too many buckets
  static FloatHistogram of(ExponentialHistogramDataPoint point) {
    int scale = point.getScale();
    if (scale < BucketScheme.MIN_EXPONENTIAL) {
      throw new IllegalArgumentException(
          "scale %d (expected: %d or more)".formatted(scale, BucketScheme.MIN_EXPONENTIAL));
    }
    int schema = Math.min(scale, BucketScheme.MAX_EXPONENTIAL);
    return FloatHistogram.exponential(
        schema,
        point.getZeroThreshold() == 0 ? ZERO_THRESHOLD : point.getZeroThreshold(),
        Unsigned.of(point.getZeroCount()),
        Unsigned.of(point.getCount()),
        point.hasSum() ? point.getSum() : 0,
        buckets(point.getPositive(), scale, schema),
        buckets(point.getNegative(), scale, schema));
  }

  private static Buckets buckets(
      ExponentialHistogramDataPoint.Buckets side, int scale, int schema) {
    int size = side.getBucketCountsCount();
    if (size > MAX_BUCKETS) {
      throw new IllegalArgumentException(
          "%d buckets (expected: at most %d)".formatted(size, MAX_BUCKETS));
    }
    var indexes = new int[size];
    var counts = new double[size];
    int n = 0;
    for (int i = 0; i < size; i++) {
      int index =
          BucketScheme.coarser(Math.addExact(Math.addExact(side.getOffset(), i), 1), scale, schema);
      if (n > 0 && indexes[n - 1] == index) {
        counts[n - 1] += Unsigned.of(side.getBucketCounts(i));
      } else {
        indexes[n] = index;
        counts[n++] = Unsigned.of(side.getBucketCounts(i));
      }
    }
    return Buckets.of(Arrays.copyOf(indexes, n), Arrays.copyOf(counts, n));
  }
}
