package dev.gori.kernel.sample;

import java.util.Optional;

/// Validates a native histogram: finds what Prometheus rejects.
final class HistogramProblem {

  private HistogramProblem() {}

  static Optional<String> of(FloatHistogram h, boolean integers) {
    if (h.isCustom()) {
      var wrong = bounds(h);
      if (wrong.isPresent()) {
        return wrong;
      }
    } else if (h.bounds().length > 0) {
      return Optional.of(
          "%d custom bounds with the exponential schema %d (expected: none)"
              .formatted(h.bounds().length, h.schema()));
    }
    return counts(h).or(() -> integers ? total(h) : Optional.empty());
  }

  private static Optional<String> bounds(FloatHistogram h) {
    double before = Double.NEGATIVE_INFINITY;
    for (double bound : h.bounds()) {
      if (!(bound > before) || Double.isInfinite(bound)) {
        return Optional.of(
            "custom bound %s after %s (expected: finite and rising)".formatted(bound, before));
      }
      before = bound;
    }
    if (h.zeroThreshold() != 0 || h.zeroCount() != 0 || !h.negative().isEmpty()) {
      return Optional.of(
          "custom buckets beside a zero bucket or negative buckets (expected: neither)");
    }
    int size = h.positive().size();
    if (size > 0
        && (h.positive().indexAt(0) < 0 || h.positive().indexAt(size - 1) > h.bounds().length)) {
      return Optional.of(
          "custom buckets with indexes %d to %d (expected: 0 to %d)"
              .formatted(
                  h.positive().indexAt(0), h.positive().indexAt(size - 1), h.bounds().length));
    }
    return Optional.empty();
  }

  private static Optional<String> counts(FloatHistogram h) {
    if (h.count() < 0 || h.zeroCount() < 0) {
      return Optional.of(
          "count %s, zero bucket %s (expected: not negative)".formatted(h.count(), h.zeroCount()));
    }
    for (var side : new Buckets[] {h.positive(), h.negative()}) {
      for (int i = 0; i < side.size(); i++) {
        if (side.countAt(i) < 0) {
          return Optional.of(
              "bucket %d holds %s (expected: not negative)"
                  .formatted(side.indexAt(i), side.countAt(i)));
        }
      }
    }
    return Optional.empty();
  }

  /// Observations of NaN count, but are in no bucket.
  private static Optional<String> total(FloatHistogram h) {
    double inBuckets = h.zeroCount() + h.positive().total() + h.negative().total();
    boolean fits = Double.isNaN(h.sum()) ? inBuckets <= h.count() : inBuckets == h.count();
    return fits
        ? Optional.empty()
        : Optional.of(
            "%s observations in buckets, %s in the count (expected: the same)"
                .formatted(inBuckets, h.count()));
  }
}
