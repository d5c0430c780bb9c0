package dev.gori.promql;

import dev.gori.kernel.sample.FloatHistogram;
import dev.gori.kernel.sample.ResetHint;
import org.jspecify.annotations.Nullable;

/// The functions of changes over a range: `rate`, `increase`, `delta`, `irate`, `idelta`, `resets`,
/// `changes`.
final class CounterFunctions {

  private final boolean startTimes;
  private final RangeAnnotations notes;
  private final HistogramRates histograms;

  CounterFunctions(boolean startTimes, RangeAnnotations notes) {
    this.startTimes = startTimes;
    this.notes = notes;
    this.histograms = new HistogramRates(notes);
  }

  private boolean usesStarts(Window w) {
    return startTimes && w.points().hasStarts();
  }

  /// The difference between the first and the last sample, extrapolated to the whole range when the
  /// samples are close to its ends.
  void extrapolated(Window w, boolean isCounter, boolean isRate, StepSeries to, int step) {
    if (w.floats() > 0 && w.histograms() > 0) {
      notes.mixedFloatsAndHistograms(w);
      return;
    }
    boolean starts = isCounter && usesStarts(w);
    long zeroPoint = starts ? StartTimestampResets.zeroPoint(w) : 0;
    if (w.size() < 2 && zeroPoint == 0) {
      return;
    }
    if (starts) {
      noteOverlaps(w);
    }
    if (w.histograms() > 0) {
      var moved = histograms.movement(w, isCounter, starts, zeroPoint != 0);
      if (moved != null) {
        double factor =
            factor(w, isCounter, isRate, zeroPoint, w.histogramAt(0).count(), moved.count());
        to.set(step, moved.times(factor).withHint(ResetHint.GAUGE));
      }
      return;
    }
    double moved = movement(w, isCounter, starts) + (zeroPoint != 0 ? w.value(0) : 0);
    to.set(step, moved * factor(w, isCounter, isRate, zeroPoint, w.value(0), moved));
  }

  private void noteOverlaps(Window w) {
    for (int i = 1; i < w.size(); i++) {
      if (StartTimestampResets.overlaps(w, i - 1, i)) {
        notes.overlappingStart(w);
        return;
      }
    }
  }

  private static double movement(Window w, boolean isCounter, boolean starts) {
    int last = w.size() - 1;
    double moved = w.value(last) - w.value(0);
    if (isCounter) {
      for (int i = 1; i <= last; i++) {
        if (w.value(i) < w.value(i - 1) || (starts && StartTimestampResets.isReset(w, i - 1, i))) {
          moved += w.value(i - 1);
        }
      }
    }
    return moved;
  }

  private static double factor(
      Window w, boolean isCounter, boolean isRate, long zeroPoint, double first, double moved) {
    int last = w.size() - 1;
    if (last == 0) {
      return isRate
          ? 1 / (w.range() / 1000.0)
          : 1; // the start timestamp lies within the range: nothing to extrapolate
    }
    long from = zeroPoint != 0 ? zeroPoint : w.millis(0);
    double sampled = (w.millis(last) - from) / 1000.0;
    double between = (w.millis(last) - w.millis(0)) / 1000.0 / last;
    double threshold = between * 1.1;
    double toStart = zeroPoint != 0 ? 0 : (from - w.start()) / 1000.0;
    double toEnd = (w.end() - w.millis(last)) / 1000.0;
    if (toStart >= threshold) {
      toStart = between / 2;
    }
    if (isCounter && moved > 0 && first >= 0) {
      toStart = Math.min(toStart, sampled * (first / moved));
    }
    if (toEnd >= threshold) {
      toEnd = between / 2;
    }
    double factor = (sampled + toStart + toEnd) / sampled;
    return isRate ? factor / (w.range() / 1000.0) : factor;
  }

  /// The difference between the last two samples.
  void instant(Window w, boolean isRate, StepSeries to, int step) {
    int last = w.size() - 1;
    if (last < 1) {
      return;
    }
    double seconds = (w.millis(last) - w.millis(last - 1)) / 1000.0;
    if (seconds == 0) {
      return;
    }
    boolean byStart = isRate && usesStarts(w) && StartTimestampResets.isReset(w, last - 1, last);
    var before = w.histogram(last - 1);
    var after = w.histogram(last);
    if (before == null && after == null) {
      double value = w.value(last);
      boolean reset = isRate && (byStart || value < w.value(last - 1));
      double moved = reset ? value : value - w.value(last - 1);
      to.set(step, isRate ? moved / seconds : moved);
    } else if (before != null && after != null) {
      var moved = histograms.instant(w, before, after, isRate, byStart);
      if (moved != null) {
        to.set(step, isRate ? moved.dividedBy(seconds) : moved);
      }
    } else {
      notes.mixedFloatsAndHistograms(w);
    }
  }

  void resets(Window w, StepSeries to, int step) {
    if (w.size() == 0) {
      return;
    }
    boolean starts = usesStarts(w);
    int resets = 0;
    for (int i = 1; i < w.size(); i++) {
      if (isReset(w.value(i - 1), w.histogram(i - 1), w.value(i), w.histogram(i))
          || (starts && StartTimestampResets.isReset(w, i - 1, i))) {
        resets++;
      }
    }
    to.set(step, resets);
  }

  static boolean isReset(
      double before,
      @Nullable FloatHistogram beforeHistogram,
      double after,
      @Nullable FloatHistogram afterHistogram) {
    if (beforeHistogram == null && afterHistogram == null) {
      return after < before;
    }
    return beforeHistogram == null
        || afterHistogram == null
        || afterHistogram.isResetAfter(beforeHistogram);
  }

  void changes(Window w, StepSeries to, int step) {
    if (w.size() == 0) {
      return;
    }
    int changes = 0;
    for (int i = 1; i < w.size(); i++) {
      if (isChange(w.value(i - 1), w.histogram(i - 1), w.value(i), w.histogram(i))) {
        changes++;
      }
    }
    to.set(step, changes);
  }

  static boolean isChange(
      double before,
      @Nullable FloatHistogram beforeHistogram,
      double after,
      @Nullable FloatHistogram afterHistogram) {
    if (beforeHistogram == null && afterHistogram == null) {
      return after != before && !(Double.isNaN(before) && Double.isNaN(after));
    }
    return beforeHistogram == null
        || afterHistogram == null
        || !afterHistogram.sameAs(beforeHistogram);
  }
}
