package dev.gori.promql.script;

import dev.gori.kernel.sample.Buckets;
import dev.gori.kernel.sample.FloatHistogram;
import dev.gori.kernel.sample.ResetHint;
import dev.gori.promql.QueryResult.Point;

/// Equality of results with a relative error of at most 1e-6, as Prometheus's `almost.Equal`.
final class AlmostEqual {

  private static final double EPSILON = 1e-6;

  private AlmostEqual() {}

  static boolean equal(SeriesDescription.Value expected, Point got) {
    if (expected.histogram().isPresent() != got.histogram().isPresent()) {
      return false;
    }
    return got.histogram().isPresent()
        ? equal(expected.histogram().orElseThrow(), got.histogram().orElseThrow())
        : expected.value().isPresent() && equal(expected.value().get(), got.value());
  }

  static boolean equal(double one, double other) {
    if (one == other || (Double.isNaN(one) && Double.isNaN(other))) {
      return true;
    }
    double sum = Math.abs(one) + Math.abs(other);
    double difference = Math.abs(one - other);
    if (one == 0 || other == 0 || sum < Double.MIN_NORMAL) {
      return difference < EPSILON * Double.MIN_NORMAL;
    }
    return difference / Math.min(sum, Double.MAX_VALUE) < EPSILON;
  }

  private static boolean equal(FloatHistogram expected, FloatHistogram got) {
    return expected.schema() == got.schema()
        && equal(expected.count(), got.count())
        && equal(expected.sum(), got.sum())
        && expected.zeroThreshold() == got.zeroThreshold()
        && equal(expected.zeroCount(), got.zeroCount())
        && expected.hasSameBounds(got)
        && equal(expected.positive(), got.positive())
        && equal(expected.negative(), got.negative())
        && (expected.hint() == ResetHint.UNKNOWN || expected.hint() == got.hint());
  }

  private static boolean equal(Buckets expected, Buckets got) {
    if (expected.size() != got.size()) {
      return false;
    }
    for (int i = 0; i < expected.size(); i++) {
      if (expected.indexAt(i) != got.indexAt(i) || !equal(expected.countAt(i), got.countAt(i))) {
        return false;
      }
    }
    return true;
  }
}
