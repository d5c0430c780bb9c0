package dev.gori.promql;

import dev.gori.kernel.sample.Buckets;
import dev.gori.kernel.sample.FloatHistogram;
import dev.gori.kernel.sample.ResetHint;

/// Adds histograms with Kahan summation, and records whether counter-reset hints conflicted and
/// custom bounds were reconciled.
final class HistogramSum {

  private FloatHistogram total;
  private FloatHistogram lost;
  private double count = 1;
  private boolean stepwise;
  private boolean sawReset;
  private boolean sawNoReset;
  private boolean boundsReconciled;

  HistogramSum(FloatHistogram first) {
    total = first;
    lost = first.times(0).withHint(first.hint());
    see(first);
  }

  private void see(FloatHistogram h) {
    sawReset |= h.hint() == ResetHint.RESET;
    sawNoReset |= h.hint() == ResetHint.NOT_RESET;
  }

  boolean fits(FloatHistogram h) {
    return total.fits(h);
  }

  boolean hintsConflict() {
    return sawReset && sawNoReset;
  }

  boolean wasReconciled() {
    return boundsReconciled;
  }

  /// Adds for a sum.
  void add(FloatHistogram h) {
    see(h);
    count++;
    addAligned(h);
  }

  /// Adds for a mean: sum and count until the sum would overflow, an incremental mean from then on.
  void addToMean(FloatHistogram h) {
    see(h);
    count++;
    if (!stepwise) {
      var totalBefore = total;
      var lostBefore = lost;
      addAligned(h);
      if (!overflows(total)) {
        return;
      }
      total = totalBefore.dividedBy(count - 1);
      lost = lostBefore.dividedBy(count - 1);
      stepwise = true;
    }
    double keep = (count - 1) / count;
    total = total.times(keep);
    lost = lost.times(keep);
    addAligned(h.dividedBy(count));
  }

  private static boolean overflows(FloatHistogram h) {
    if (Double.isInfinite(h.count())
        || Double.isInfinite(h.sum())
        || Double.isInfinite(h.zeroCount())) {
      return true;
    }
    return anyInfinite(h.positive()) || anyInfinite(h.negative());
  }

  private static boolean anyInfinite(Buckets side) {
    for (int i = 0; i < side.size(); i++) {
      if (Double.isInfinite(side.countAt(i))) {
        return true;
      }
    }
    return false;
  }

  private void addAligned(FloatHistogram h) {
    var pair = FloatHistogram.aligned(total, h);
    var lostPair = FloatHistogram.aligned(lost, pair.right());
    boundsReconciled |= pair.boundsReconciled();
    var a = pair.left();
    var b = pair.right();
    var c = lostPair.left();
    var hint = total.hint().combinedWith(h.hint());
    total =
        new FloatHistogram(
            hint,
            a.schema(),
            a.zeroThreshold(),
            a.zeroCount() + b.zeroCount(),
            a.count() + b.count(),
            a.sum() + b.sum(),
            a.positive().joined(b.positive(), Double::sum),
            a.negative().joined(b.negative(), Double::sum),
            a.bounds());
    lost =
        new FloatHistogram(
            hint,
            a.schema(),
            a.zeroThreshold(),
            lost(c.zeroCount(), a.zeroCount(), b.zeroCount()),
            lost(c.count(), a.count(), b.count()),
            lost(c.sum(), a.sum(), b.sum()),
            lost(c.positive(), a.positive(), b.positive()),
            lost(c.negative(), a.negative(), b.negative()),
            a.bounds());
  }

  private static Buckets lost(Buckets before, Buckets one, Buckets other) {
    return before.joined(one.joined(other, (x, y) -> lost(0, x, y)), Double::sum);
  }

  private static double lost(double before, double sum, double more) {
    double total = sum + more;
    if (Double.isInfinite(total)) {
      return 0;
    }
    return before + (Math.abs(sum) >= Math.abs(more) ? (sum - total) + more : (more - total) + sum);
  }

  FloatHistogram sum() {
    return joined();
  }

  FloatHistogram mean() {
    return stepwise ? joined() : joined().dividedBy(count);
  }

  private FloatHistogram joined() {
    return count == 1 ? total : total.plus(lost).histogram().withHint(total.hint());
  }
}
