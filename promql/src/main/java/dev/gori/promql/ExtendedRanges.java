package dev.gori.promql;

import dev.gori.kernel.sample.FloatHistogram;
import dev.gori.kernel.sample.ResetHint;
import dev.gori.kernel.sample.SampleBuffer;
import dev.gori.promql.RangeFunctions.WindowFunction;
import dev.gori.promql.syntax.Expr.RangeModifier;
import org.jspecify.annotations.Nullable;

/// Ranges with exact ends (experimental): `anchored` takes the last sample before the range as its
/// beginning, `smoothed` calculates the values at both ends from their neighbours. Nothing is
/// extrapolated.
final class ExtendedRanges implements WindowFunction {

  private final boolean smoothed;
  private final boolean startTimes;
  private final long lookback;
  private final RangeAnnotations notes;
  private final String function;

  ExtendedRanges(
      QueryContext context, RangeAnnotations notes, RangeVectors.Windows windows, String function) {
    this.smoothed = windows.extent() == RangeModifier.SMOOTHED;
    this.startTimes = context.options().startTimestamps();
    this.lookback = context.options().lookback().toMillis();
    this.notes = notes;
    this.function = function;
  }

  /// The samples of a range, and whether the values at its ends are interpolated.
  private record Part(
      SampleBuffer points,
      int first,
      int last,
      long start,
      long end,
      boolean leftBetween,
      boolean rightBetween) {
    boolean endsBetweenTheSame() {
      return leftBetween && rightBetween && last == first + 1;
    }

    double share(int before, long at) {
      return (double) (at - points.millisAt(before))
          / (points.millisAt(before + 1) - points.millisAt(before));
    }
  }

  @Override
  public void apply(Window w, StepSeries to, int step) {
    boolean counts = function.equals("resets") || function.equals("changes");
    if (!counts && isMixed(w)) {
      notes.mixedFloatsAndHistograms(w);
      return;
    }
    var part = part(w);
    if (part == null) {
      return;
    }
    if (counts) {
      to.set(step, counted(part));
      return;
    }
    boolean isCounter = !function.equals("delta");
    double divisor = function.equals("rate") ? w.range() / 1000.0 : 1;
    if (part.points.histogramAt(part.first) == null) {
      to.set(step, floats(part, isCounter) / divisor);
    } else {
      histograms(w, part, isCounter, divisor, to, step);
    }
  }

  /// Whether the samples of the range and their neighbours hold floats as well as histograms.
  private boolean isMixed(Window w) {
    var points = w.points();
    if (!points.hasHistograms()) {
      return false;
    }
    boolean floats = false;
    boolean histograms = false;
    for (int i = 0; i < points.size(); i++) {
      if (points.millisAt(i) > w.start() - lookback
          && points.millisAt(i) <= w.end() + (smoothed ? lookback : 0)) {
        floats |= points.histogramAt(i) == null;
        histograms |= points.histogramAt(i) != null;
      }
    }
    return floats && histograms;
  }

  private @Nullable Part part(Window w) {
    var points = w.points();
    int first = w.low();
    if (first > 0 && points.millisAt(first - 1) > w.start() - lookback) {
      first--;
    }
    int last = w.high() - 1;
    if (smoothed
        && (last < 0 || points.millisAt(last) < w.end())
        && last + 1 < points.size()
        && points.millisAt(last + 1) <= w.end() + lookback) {
      last++;
    }
    if (first > last
        || first >= points.size()
        || points.millisAt(last) <= w.start()
        || points.millisAt(first) > w.end()) {
      return null;
    }
    boolean leftBetween = smoothed && points.millisAt(first) < w.start();
    boolean rightBetween = smoothed && points.millisAt(last) > w.end();
    return new Part(points, first, last, w.start(), w.end(), leftBetween, rightBetween);
  }

  private double counted(Part part) {
    int n = 0;
    for (int i = part.first + 1; i <= part.last; i++) {
      var before = part.points.histogramAt(i - 1);
      var after = part.points.histogramAt(i);
      double was = part.points.valueAt(i - 1);
      double is = part.points.valueAt(i);
      boolean counts =
          function.equals("resets")
              ? CounterFunctions.isReset(was, before, is, after)
                  || (startTimes && StartTimestampResets.isReset(part.points, i - 1, i))
              : CounterFunctions.isChange(was, before, is, after);
      n += counts ? 1 : 0;
    }
    return n;
  }

  private static double floats(Part part, boolean isCounter) {
    double left =
        part.leftBetween
            ? between(part, part.first, part.start, isCounter)
            : part.points.valueAt(part.first);
    double right =
        part.rightBetween
            ? between(part, part.last - 1, part.end, isCounter)
            : part.points.valueAt(part.last);
    double moved = right - left;
    return isCounter ? moved + lostInResets(part, left, right) : moved;
  }

  /// The sum of a counter's values before its resets; the interpolated ends count as samples.
  private static double lostInResets(Part part, double left, double right) {
    double lost = 0;
    double before = left;
    for (int i = part.first + 1; i <= part.last; i++) {
      double value = i == part.last ? right : part.points.valueAt(i);
      if (value < before) {
        lost += before;
      }
      before = value;
    }
    return lost;
  }

  private static double between(Part part, int before, long at, boolean isCounter) {
    double one = part.points.valueAt(before);
    double other = part.points.valueAt(before + 1);
    if (isCounter && other < one) {
      one = 0;
    }
    return between(part.points, before, at, one, other);
  }

  /// Linear interpolation between two samples.
  static double between(SampleBuffer points, int before, long at, double one, double other) {
    long from = points.millisAt(before);
    return one + (other - one) * (at - from) / (points.millisAt(before + 1) - from);
  }

  private void histograms(
      Window w, Part part, boolean isCounter, double divisor, StepSeries to, int step) {
    if (!allFit(part)) {
      notes.mixedSchemas(w);
      return;
    }
    noteKinds(w, part, isCounter);
    var left =
        part.leftBetween
            ? betweenHistograms(part, part.first, part.start, isCounter)
            : histogram(part, part.first);
    var right =
        part.rightBetween
            ? betweenHistograms(part, part.last - 1, part.end, isCounter)
            : histogram(part, part.last);
    var difference = right.minus(left);
    var moved = difference.histogram();
    if (difference.boundsReconciled()) {
      notes.reconciled("subtraction");
    }
    if (isCounter && !part.endsBetweenTheSame()) {
      for (int i = part.leftBetween ? part.first + 1 : part.first; i < part.last; i++) {
        if (histogram(part, i + 1).isResetAfter(histogram(part, i))) {
          moved = noted(moved.plus(histogram(part, i)));
        }
      }
    }
    to.set(step, moved.dividedBy(divisor).withHint(ResetHint.GAUGE));
  }

  private void noteKinds(Window w, Part part, boolean isCounter) {
    if (isCounter) {
      for (int i = part.first; i <= part.last; i++) {
        if (histogram(part, i).isGauge()) {
          notes.notACounter(w);
        }
      }
    } else if (!histogram(part, part.first).isGauge() || !histogram(part, part.last).isGauge()) {
      notes.notAGauge(w);
    }
  }

  private static boolean allFit(Part part) {
    for (int i = part.first + 1; i <= part.last; i++) {
      if (!histogram(part, part.first).fits(histogram(part, i))) {
        return false;
      }
    }
    return true;
  }

  private static FloatHistogram histogram(Part part, int at) {
    var histogram = part.points.histogramAt(at);
    if (histogram == null) {
      throw new IllegalStateException("sample %d is a float (expected: a histogram)".formatted(at));
    }
    return histogram;
  }

  private FloatHistogram betweenHistograms(Part part, int before, long at, boolean isCounter) {
    var one = histogram(part, before);
    var other = histogram(part, before + 1);
    boolean isReset = isCounter && other.isResetAfter(one);
    if (!isReset && other.minus(one).boundsReconciled()) {
      notes.reconciled("subtraction");
    }
    return noted(between(one, other, part.share(before, at), isReset));
  }

  private FloatHistogram noted(FloatHistogram.Combined sum) {
    if (sum.boundsReconciled()) {
      notes.reconciled("addition");
    }
    return sum.histogram();
  }

  /// Linear interpolation between two histograms; after a counter reset it starts from zero.
  static FloatHistogram.Combined between(
      FloatHistogram one, FloatHistogram other, double share, boolean isReset) {
    if (isReset) {
      return new FloatHistogram.Combined(other.times(share), false);
    }
    var sum = one.plus(other.minus(one).histogram().times(share));
    return new FloatHistogram.Combined(
        sum.histogram().withHint(one.hint()), sum.boundsReconciled());
  }
}
