package dev.gori.promql;

import dev.gori.kernel.sample.SampleBuffer;
import dev.gori.promql.syntax.Expr;
import java.util.ArrayList;
import java.util.List;

/// An instant selector whose values lie on the straight line between the samples around each moment
/// (experimental).
final class SmoothedSelector {

  private final QueryContext run;
  private final Expr.VectorSelector selector;

  SmoothedSelector(QueryContext run, Expr.VectorSelector selector) {
    this.run = run;
    this.selector = selector;
  }

  List<StepSeries> select(StepGrid grid) {
    var moved = new Moments(run.grid()).shifted(grid, selector.shift());
    long lookback = run.options().lookback().toMillis();
    var points = run.points();
    var lines = new ArrayList<StepSeries>();
    for (var series :
        run.source()
            .select(selector.matchers(), moved.start() - lookback + 1, moved.last() + lookback)) {
      points.clear();
      series.read(points);
      points.trim(moved.start() - lookback + 1, moved.last() + lookback);
      run.pass(points.size());
      long mark = run.held();
      var line = run.line(series.labels(), false, grid.steps());
      fill(line, points, moved, lookback);
      if (line.isEmpty()) {
        run.release(mark, 0);
      } else {
        lines.add(line);
      }
    }
    return lines;
  }

  private void fill(StepSeries line, SampleBuffer points, StepGrid moved, long lookback) {
    int next = 0;
    for (int i = 0; i < moved.steps(); i++) {
      long now = moved.at(i);
      while (next < points.size() && points.millisAt(next) <= now) {
        next++;
      }
      int before = next - 1;
      boolean hasBefore = before >= 0 && points.millisAt(before) > now - lookback;
      boolean hasNext = next < points.size() && points.millisAt(next) <= now + lookback;
      if (isMixed(points, now - lookback, now + lookback)) {
        run.annotations()
            .warn(
                selector,
                "encountered a mix of histograms and floats"
                    + Annotations.ofAnyMetric(line.labels().metric()));
      } else if (hasBefore && (!hasNext || points.millisAt(before) == now)) {
        take(line, i, points, before);
      } else if (hasBefore) {
        between(line, i, points, before, now);
      }
    }
  }

  private static boolean isMixed(SampleBuffer points, long after, long to) {
    if (!points.hasHistograms()) {
      return false;
    }
    boolean floats = false;
    boolean histograms = false;
    for (int i = 0; i < points.size(); i++) {
      if (points.millisAt(i) > after && points.millisAt(i) <= to) {
        floats |= points.histogramAt(i) == null;
        histograms |= points.histogramAt(i) != null;
      }
    }
    return floats && histograms;
  }

  private static void take(StepSeries line, int place, SampleBuffer points, int at) {
    var histogram = points.histogramAt(at);
    if (histogram != null) {
      line.set(place, histogram);
    } else {
      line.set(place, points.valueAt(at));
    }
  }

  private void between(StepSeries line, int place, SampleBuffer points, int before, long now) {
    var one = points.histogramAt(before);
    var other = points.histogramAt(before + 1);
    if (one == null || other == null) {
      double from = points.valueAt(before);
      double to = points.valueAt(before + 1);
      line.set(place, ExtendedRanges.between(points, before, now, from, to));
    } else if (!one.fits(other)) {
      run.annotations()
          .warn(
              selector,
              "vector contains a mix of histograms with exponential and custom buckets schemas"
                  + Annotations.ofAnyMetric(line.labels().metric()));
    } else {
      double share =
          (double) (now - points.millisAt(before))
              / (points.millisAt(before + 1) - points.millisAt(before));
      boolean isReset = !other.isGauge() && other.isResetAfter(one);
      var notes = new RangeNotes(run, selector);
      if (!isReset && other.minus(one).boundsReconciled()) {
        notes.reconciled("subtraction");
      }
      var between = ExtendedRanges.between(one, other, share, isReset);
      if (between.boundsReconciled()) {
        notes.reconciled("addition");
      }
      line.set(place, between.histogram().withHint(other.hint()));
    }
  }
}
