package dev.gori.promql;

import dev.gori.kernel.sample.Bucket;
import dev.gori.kernel.sample.BucketScheme;
import dev.gori.kernel.sample.Buckets;
import dev.gori.kernel.sample.FloatHistogram;

/// Trims a histogram at a value (experimental operators `</` and `>/`): removes the observations
/// beyond it; of the bucket that holds the value, interpolation gives the part that stays.
final class HistogramTrim {

  private HistogramTrim() {}

  static FloatHistogram upTo(FloatHistogram h, double limit) {
    return trimmed(h, Double.NEGATIVE_INFINITY, limit);
  }

  static FloatHistogram from(FloatHistogram h, double limit) {
    return trimmed(h, limit, Double.POSITIVE_INFINITY);
  }

  private static FloatHistogram trimmed(FloatHistogram h, double lower, double upper) {
    if (lower == Double.NEGATIVE_INFINITY && upper == Double.POSITIVE_INFINITY) {
      return h;
    }
    if (Double.isNaN(lower) || Double.isNaN(upper)) {
      double left = h.zeroCount() > 0 ? Double.NaN : 0;
      return new FloatHistogram(
          h.hint(),
          h.schema(),
          h.zeroThreshold(),
          left,
          left,
          left,
          Buckets.NONE,
          Buckets.NONE,
          h.bounds());
    }
    return new Cut(h, lower, upper).result();
  }

  /// The state while one histogram is trimmed.
  private static final class Cut {
    private final FloatHistogram h;
    private final double lower;
    private final double upper;
    private double count;
    private double sum;
    private boolean changed;

    Cut(FloatHistogram h, double lower, double upper) {
      this.h = h;
      this.lower = lower;
      this.upper = upper;
    }

    FloatHistogram result() {
      var negative = side(h.negative(), true);
      double zero = zero();
      var positive = side(h.positive(), false);
      if (!changed) {
        return h;
      }
      return new FloatHistogram(
          h.hint(),
          h.schema(),
          h.zeroThreshold(),
          zero,
          count,
          sum,
          positive,
          negative,
          h.bounds());
    }

    private Buckets side(Buckets buckets, boolean negative) {
      var indexes = new int[buckets.size()];
      var counts = new double[buckets.size()];
      for (int i = 0; i < indexes.length; i++) {
        indexes[i] = buckets.indexAt(i);
        counts[i] = kept(bounds(indexes[i], negative, buckets.countAt(i)));
      }
      return Buckets.of(indexes, counts);
    }

    private Bucket bounds(int index, boolean negative, double bucketCount) {
      if (h.isCustom()) {
        double low = BucketScheme.customBound(index - 1, h.bounds());
        double high = BucketScheme.customBound(index, h.bounds());
        boolean cutBelowZero = lower < 0 && lower > Double.NEGATIVE_INFINITY;
        if (index == 0 && high > 0 && h.bounds().length > 0 && !cutBelowZero) {
          low = 0; // a limit below zero means that there may be observations below zero
        }
        return new Bucket(low, high, false, true, bucketCount, false);
      }
      double low = BucketScheme.exponentialBound(index - 1, h.schema());
      double high = BucketScheme.exponentialBound(index, h.schema());
      return negative
          ? new Bucket(-high, -low, true, false, bucketCount, false)
          : new Bucket(low, high, false, true, bucketCount, false);
    }

    private double zero() {
      if (h.zeroCount() <= 0) {
        return 0; // negative counts are ignored, as in quantiles
      }
      double low = h.negative().isEmpty() && !h.positive().isEmpty() ? 0 : -h.zeroThreshold();
      double high = h.positive().isEmpty() && !h.negative().isEmpty() ? 0 : h.zeroThreshold();
      return kept(new Bucket(low, high, true, true, h.zeroCount(), true));
    }

    /// Adds the rest of a bucket to count and sum.
    private double kept(Bucket b) {
      if (b.count() == 0) {
        return 0;
      }
      if (b.lower() >= lower && b.upper() <= upper) {
        return keep(b.count(), b.lower(), b.upper(), b);
      }
      double left = cut(b);
      changed |= left != b.count();
      return left;
    }

    private double cut(Bucket b) {
      if (b.upper() <= lower || b.lower() >= upper) {
        return 0;
      }
      if (Double.isInfinite(b.lower()) && Double.isInfinite(b.upper())) {
        return 0;
      }
      if (Double.isInfinite(b.upper())) {
        return overflow(b);
      }
      if (Double.isInfinite(b.lower())) {
        return underflow(b);
      }
      double from = Math.max(lower, b.lower());
      double to = Math.min(upper, b.upper());
      return keep(b.count() * share(b, to) - b.count() * share(b, from), from, to, b);
    }

    /// The bucket to +Inf has no width to interpolate in: a limit inside it keeps the whole bucket
    /// above and none of it below.
    private double overflow(Bucket b) {
      if (upper < Double.POSITIVE_INFINITY) {
        return 0;
      }
      count += b.count();
      sum += b.count() * Math.max(lower, b.lower());
      return b.count();
    }

    private double underflow(Bucket b) {
      if (lower > Double.NEGATIVE_INFINITY) {
        return 0;
      }
      count += b.count();
      sum += b.count() * Math.min(upper, b.upper());
      return b.count();
    }

    private double keep(double bucketCount, double from, double to, Bucket b) {
      count += bucketCount;
      sum += bucketCount * middle(from, to, b);
      return bucketCount;
    }

    private double middle(double from, double to, Bucket b) {
      if (Double.isInfinite(from)) {
        return to;
      }
      if (Double.isInfinite(to)) {
        return from;
      }
      if (b.zero() || h.isCustom()) {
        return (from + to) / 2;
      }
      return Math.copySign(Math.sqrt(from * to), from + to);
    }

    private double share(Bucket b, double at) {
      if (b.zero() || h.isCustom()) {
        return (at - b.lower()) / (b.upper() - b.lower());
      }
      double low = Math.log(Math.abs(b.lower()));
      double high = Math.log(Math.abs(b.upper()));
      return (Math.log(Math.abs(at)) - low) / (high - low);
    }
  }
}
