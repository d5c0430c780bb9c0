package dev.gori.promql;

import dev.gori.kernel.sample.Buckets;
import dev.gori.kernel.sample.FloatHistogram;
import dev.gori.kernel.sample.ResetHint;
import org.jspecify.annotations.Nullable;

/// `rate`, `increase`, `delta` and `irate` of native histograms.
final class HistogramRates {

  private final RangeAnnotations notes;

  HistogramRates(RangeAnnotations notes) {
    this.notes = notes;
  }

  /// The difference over the window, corrected for counter resets; null when its histograms cannot
  /// be combined.
  ///
  /// @param fromZero whether the first sample counts from zero, because its counter started within
  ///   the window
  @Nullable FloatHistogram movement(Window w, boolean isCounter, boolean starts, boolean fromZero) {
    int last = w.size() - 1;
    var first = w.histogramAt(0);
    if (isCounter && anyGauge(w)) {
      notes.notACounter(w);
    }
    boolean resetAtOnce =
        isCounter
            && last > 0
            && (w.histogramAt(1).isResetAfter(first)
                || (starts && StartTimestampResets.isReset(w, 0, 1)));
    if (resetAtOnce && !fromZero) {
      first = emptyLike(w.histogramAt(1));
    }
    if (!allFit(w, isCounter, first)) {
      notes.mixedSchemas(w);
      return null;
    }
    var moved = fromZero ? w.histogramAt(last) : minus(w.histogramAt(last), first);
    if (isCounter) {
      moved = withResets(w, first, moved, starts);
    } else if (!w.histogramAt(0).isGauge() || !w.histogramAt(last).isGauge()) {
      notes.notAGauge(w);
    }
    return moved.withHint(ResetHint.GAUGE);
  }

  private static boolean anyGauge(Window w) {
    for (int i = 0; i < w.size(); i++) {
      if (w.histogramAt(i).isGauge()) {
        return true;
      }
    }
    return false;
  }

  private static FloatHistogram emptyLike(FloatHistogram h) {
    return new FloatHistogram(
        ResetHint.UNKNOWN,
        h.schema(),
        h.zeroThreshold(),
        0,
        0,
        0,
        Buckets.NONE,
        Buckets.NONE,
        h.bounds());
  }

  private static boolean allFit(Window w, boolean isCounter, FloatHistogram first) {
    if (!first.fits(w.histogramAt(w.size() - 1))) {
      return false;
    }
    for (int i = 1; isCounter && i < w.size(); i++) {
      if (!first.fits(w.histogramAt(i))) {
        return false;
      }
    }
    return true;
  }

  private FloatHistogram minus(FloatHistogram from, FloatHistogram what) {
    var difference = from.minus(what);
    if (difference.boundsReconciled()) {
      notes.reconciled("subtraction");
    }
    return difference.histogram();
  }

  private FloatHistogram withResets(
      Window w, FloatHistogram first, FloatHistogram movedBefore, boolean starts) {
    var moved = movedBefore;
    var before = first;
    for (int i = 1; i < w.size(); i++) {
      var now = w.histogramAt(i);
      if (now.isResetAfter(before) || (starts && StartTimestampResets.isReset(w, i - 1, i))) {
        var sum = moved.plus(before);
        if (sum.boundsReconciled()) {
          notes.reconciled("addition");
        }
        moved = sum.histogram();
      }
      before = now;
    }
    return moved;
  }

  /// The difference between two samples.
  @Nullable FloatHistogram instant(
      Window w, FloatHistogram before, FloatHistogram after, boolean isRate, boolean byStart) {
    if (isRate && (before.isGauge() || after.isGauge())) {
      notes.notACounter(w);
    }
    if (!isRate && (!before.isGauge() || !after.isGauge())) {
      notes.notAGauge(w);
    }
    if (isRate && (byStart || after.isResetAfter(before))) {
      return after.withHint(ResetHint.GAUGE);
    }
    if (!after.fits(before)) {
      notes.mixedSchemas(w);
      return null;
    }
    return minus(after, before);
  }
}
