package dev.gori.promql;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// The `le` buckets of a classic histogram at one step: cumulative counts by upper bound. For
/// quantiles the counts are forced to be monotonic.
final class ClassicBuckets {

  private static final double SMALL = 1e-12;

  /// @param count observations up to the bound
  record Cumulative(double upper, double count) {}

  /// A correction larger than floating-point imprecision: the bounds it affected and the largest
  /// decrease that it removed.
  record Correction(double lowest, double highest, double most) {}

  private final List<Cumulative> buckets;
  private final boolean complete;
  private Optional<Correction> correction = Optional.empty();
  private boolean rising;

  private ClassicBuckets(List<Cumulative> buckets, boolean complete) {
    this.buckets = buckets;
    this.complete = complete;
  }

  static ClassicBuckets of(List<Cumulative> unordered) {
    var sorted = new ArrayList<>(unordered);
    sorted.sort(Comparator.comparingDouble(Cumulative::upper));
    boolean complete = !sorted.isEmpty() && sorted.getLast().upper() == Double.POSITIVE_INFINITY;
    var joined = new ArrayList<Cumulative>(sorted.size());
    for (var bucket : sorted) {
      if (!joined.isEmpty() && joined.getLast().upper() == bucket.upper()) {
        joined.set(
            joined.size() - 1,
            new Cumulative(bucket.upper(), joined.getLast().count() + bucket.count()));
      } else {
        joined.add(bucket);
      }
    }
    return new ClassicBuckets(joined, complete);
  }

  private void forceMonotonicity() {
    rising = true;
    for (int i = 1; i < buckets.size(); i++) {
      double before = buckets.get(i - 1).count();
      double upper = buckets.get(i).upper();
      double now = buckets.get(i).count();
      boolean almost = Math.abs(now - before) <= SMALL * Math.max(Math.abs(now), Math.abs(before));
      if (now < before && !almost) {
        double lowest = correction.map(Correction::lowest).orElse(upper);
        correction =
            Optional.of(
                new Correction(
                    lowest,
                    upper,
                    Math.max(correction.map(Correction::most).orElse(0.0), before - now)));
      }
      if (now < before || almost) {
        buckets.set(i, new Cumulative(upper, before));
      }
    }
  }

  /// The correction that the quantile needed; empty when it needed none.
  Optional<Correction> correction() {
    return correction;
  }

  double quantile(double quantile) {
    if (Double.isNaN(quantile)) {
      return Double.NaN;
    }
    if (quantile < 0) {
      return Double.NEGATIVE_INFINITY;
    }
    if (quantile > 1) {
      return Double.POSITIVE_INFINITY;
    }
    if (complete && !rising) {
      forceMonotonicity();
    }
    if (!complete
        || buckets.size() < 2
        || buckets.getLast().count() == 0
        || Double.isNaN(buckets.getLast().count())) {
      return Double.NaN;
    }
    double rank = quantile * buckets.getLast().count();
    int at = firstReaching(rank);
    if (at == buckets.size() - 1) {
      return buckets.get(at - 1).upper();
    }
    double upper = buckets.get(at).upper();
    if (at == 0 && upper <= 0) {
      return upper;
    }
    double lower = at == 0 ? 0 : buckets.get(at - 1).upper();
    double below = at == 0 ? 0 : buckets.get(at - 1).count();
    return lower + (upper - lower) * ((rank - below) / (buckets.get(at).count() - below));
  }

  /// Binary search as in Prometheus, so that NaN counts give the same bucket; the last bucket when
  /// no count reaches the rank.
  private int firstReaching(double rank) {
    int from = 0;
    int to = buckets.size() - 1;
    while (from < to) {
      int middle = (from + to) / 2;
      if (buckets.get(middle).count() >= rank) {
        to = middle;
      } else {
        from = middle + 1;
      }
    }
    return from;
  }

  double fraction(double lower, double upper) {
    if (!complete) {
      return Double.NaN;
    }
    double total = buckets.getLast().count();
    if (total == 0 || Double.isNaN(lower) || Double.isNaN(upper) || Double.isNaN(total)) {
      return Double.NaN;
    }
    return lower >= upper
        ? 0
        : (Math.min(upTo(upper), total) - Math.min(upTo(lower), total)) / total;
  }

  private double upTo(double limit) {
    double below = 0;
    double bound = buckets.getFirst().upper() > 0 ? 0 : Double.NEGATIVE_INFINITY;
    for (var bucket : buckets) {
      double count = bucket.count() - below;
      if (limit < bucket.upper()) {
        return below + NativeQuantiles.linearPart(bound, bucket.upper(), count, limit);
      }
      below = bucket.count();
      bound = bucket.upper();
    }
    return below;
  }
}
