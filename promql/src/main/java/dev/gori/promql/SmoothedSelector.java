package dev.gori.promql;

import dev.gori.kernel.sample.SampleBuffer;
import dev.gori.promql.syntax.Expr;
import java.util.ArrayList;
import java.util.List;

/// A `smoothed` instant selector (experimental): interpolates between the samples around each step.
final class SmoothedSelector {

  private final QueryContext context;
  private final Expr.VectorSelector selector;

  SmoothedSelector(QueryContext context, Expr.VectorSelector selector) {
    this.context = context;
    this.selector = selector;
  }

  List<StepSeries> select(StepGrid grid) {
    var moved = new TimeModifiers(context.grid()).shifted(grid, selector.shift());
    long lookback = context.options().lookback().toMillis();
    var points = context.points();
    var lines = new ArrayList<StepSeries>();
    for (var series :
        context
            .source()
            .select(selector.matchers(), moved.start() - lookback + 1, moved.last() + lookback)) {
      points.clear();
      series.read(points);
      points.trim(moved.start() - lookback + 1, moved.last() + lookback);
      context.pass(points.size());
      long mark = context.held();
      var line = context.line(series.labels(), false, grid.steps());
      fill(line, points, moved, lookback);
      if (line.isEmpty()) {
        context.release(mark, 0);
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
        context
            .annotations()
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

  private static void take(StepSeries line, int step, SampleBuffer points, int at) {
    var histogram = points.histogramAt(at);
    if (histogram != null) {
      line.set(step, histogram);
    } else {
      line.set(step, points.valueAt(at));
    }
  }

  private void between(StepSeries line, int step, SampleBuffer points, int before, long now) {
    var one = points.histogramAt(before);
    var other = points.histogramAt(before + 1);
    if (one == null || other == null) {
      double from = points.valueAt(before);
      double to = points.valueAt(before + 1);
      line.set(step, ExtendedRanges.between(points, before, now, from, to));
    } else if (!one.fits(other)) {
      context
          .annotations()
          .warn(
              selector,
              "vector contains a mix of histograms with exponential and custom buckets schemas"
                  + Annotations.ofAnyMetric(line.labels().metric()));
    } else {
      double share =
          (double) (now - points.millisAt(before))
              / (points.millisAt(before + 1) - points.millisAt(before));
      boolean isReset = !other.isGauge() && other.isResetAfter(one);
      var notes = new RangeAnnotations(context, selector);
      if (!isReset && other.minus(one).boundsReconciled()) {
        notes.reconciled("subtraction");
      }
      var between = ExtendedRanges.between(one, other, share, isReset);
      if (between.boundsReconciled()) {
        notes.reconciled("addition");
      }
      line.set(step, between.histogram().withHint(other.hint()));
    }
  }
}
