package dev.gori.promql;

import dev.gori.kernel.sample.Bucket;
import dev.gori.kernel.sample.FloatHistogram;
import java.util.List;

/// Quantiles, fractions and variance of the observations in a native histogram.
final class NativeQuantiles {

  private NativeQuantiles() {}

  static double quantile(double quantile, FloatHistogram h) {
    if (quantile < 0) {
      return Double.NEGATIVE_INFINITY;
    }
    if (quantile > 1) {
      return Double.POSITIVE_INFINITY;
    }
    if (h.count() == 0 || Double.isNaN(quantile)) {
      return Double.NaN;
    }
    boolean forward = Double.isNaN(h.sum()) || quantile < 0.5;
    double rank = forward ? quantile * h.count() : (1 - quantile) * h.count();
    var buckets = buckets(h);
    Bucket at = null;
    double count = 0;
    for (var bucket : forward ? buckets : buckets.reversed()) {
      at = bucket;
      count += bucket.count();
      if (count >= rank) {
        break;
      }
    }
    if (at == null) {
      return Double.NaN;
    }
    double reached = Math.min(count, h.count());
    if (reached < rank) {
      return Double.isNaN(h.sum())
          ? Double.NaN
          : Double.isInfinite(at.upper()) ? at.lower() : bounded(at, h).upper();
    }
    return within(bounded(at, h), forward ? rank - (reached - at.count()) : reached - rank, h);
  }

  /// Whether NaN was observed; such observations are in no bucket.
  static boolean hasNaN(FloatHistogram h) {
    if (!Double.isNaN(h.sum())) {
      return false;
    }
    double inBuckets = 0;
    for (var bucket : buckets(h)) {
      inBuckets += bucket.count();
    }
    return h.count() > inBuckets;
  }

  /// The buckets, without a zero bucket whose count is negative.
  private static List<Bucket> buckets(FloatHistogram h) {
    var all = h.ascending();
    return h.zeroCount() > 0 || h.zeroCount() == 0
        ? all
        : all.stream().filter(b -> !b.zero()).toList();
  }

  private static double within(Bucket b, double rank, FloatHistogram h) {
    if (h.isCustom() && b.lower() == Double.NEGATIVE_INFINITY) {
      return b.upper();
    }
    if (h.isCustom() && b.upper() == Double.POSITIVE_INFINITY) {
      return b.lower();
    }
    double share = rank / b.count();
    if (h.isCustom() || b.zero()) {
      return b.lower() + b.width() * share;
    }
    double low = MathFunctions.log2(Math.abs(b.lower()));
    double high = MathFunctions.log2(Math.abs(b.upper()));
    return b.lower() > 0
        ? Math.pow(2, low + (high - low) * share)
        : -Math.pow(2, high + (low - high) * (1 - share));
  }

  /// A bucket with its bounds narrowed to possible observations: the zero bucket of a histogram
  /// without negative buckets begins at zero, and so does the first one of custom bounds.
  private static Bucket bounded(Bucket b, FloatHistogram h) {
    double lower = b.lower();
    double upper = b.upper();
    if (b.zero() && h.negative().isEmpty() && !h.positive().isEmpty()) {
      lower = 0;
    } else if (b.zero() && h.positive().isEmpty() && !h.negative().isEmpty()) {
      upper = 0;
    } else if (h.isCustom() && lower == Double.NEGATIVE_INFINITY && upper > 0) {
      lower = 0;
    }
    return new Bucket(lower, upper, b.lowerInclusive(), b.upperInclusive(), b.count(), b.zero());
  }

  static double fraction(double lower, double upper, FloatHistogram h) {
    if (h.count() == 0 || Double.isNaN(lower) || Double.isNaN(upper)) {
      return Double.NaN;
    }
    if (lower >= upper) {
      return 0;
    }
    var buckets = buckets(h);
    return (upTo(upper, buckets, h) - upTo(lower, buckets, h)) / h.count();
  }

  private static double upTo(double limit, List<Bucket> buckets, FloatHistogram h) {
    double below = 0;
    for (var each : buckets) {
      var b = bounded(each, h);
      if (b.upper() <= limit) {
        below += b.count();
      } else if (b.lower() < limit) {
        below +=
            h.isCustom() || b.zero()
                ? linearPart(b.lower(), b.upper(), b.count(), limit)
                : b.count() * exponentialShare(b, limit);
      }
    }
    return Math.min(below, h.count());
  }

  private static double exponentialShare(Bucket b, double at) {
    double low = MathFunctions.log2(Math.abs(b.lower()));
    double high = MathFunctions.log2(Math.abs(b.upper()));
    return (MathFunctions.log2(Math.abs(at)) - low) / (high - low);
  }

  /// The share of a bucket's observations up to a limit inside it. A bucket with an infinite bound
  /// cannot be interpolated: all of it is below the limit when its lower bound is infinite, none of
  /// it when its upper one is.
  static double linearPart(double lower, double upper, double count, double limit) {
    if (lower >= limit || (upper == Double.POSITIVE_INFINITY && limit < upper)) {
      return 0;
    }
    return lower == Double.NEGATIVE_INFINITY ? count : count * (limit - lower) / (upper - lower);
  }

  static double variance(FloatHistogram h) {
    double mean = h.sum() / h.count();
    var sum = new KahanSum();
    for (var each : buckets(h)) {
      var b = h.isCustom() ? each : bounded(each, h);
      double delta = middle(b, h) - mean;
      sum.add(b.count() * delta * delta);
    }
    return sum.value() / h.count();
  }

  private static double middle(Bucket b, FloatHistogram h) {
    if (h.isCustom()) {
      return (b.lower() + b.upper()) / 2;
    }
    return b.zero() ? 0 : Math.copySign(Math.sqrt(b.lower() * b.upper()), b.upper() <= 0 ? -1 : 1);
  }
}
