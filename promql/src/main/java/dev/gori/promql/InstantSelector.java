package dev.gori.promql;

import dev.gori.kernel.sample.SampleBuffer;
import dev.gori.promql.syntax.Expr.VectorSelector;
import java.util.ArrayList;
import java.util.List;

/// Finds each series' value at every moment: the last sample that is not older than the lookback.
final class InstantSelector {

  private final QueryContext run;

  InstantSelector(QueryContext run) {
    this.run = run;
  }

  List<StepSeries> select(VectorSelector selector, StepGrid grid) {
    return select(
        selector,
        grid,
        (line, i, points, at) -> {
          var histogram = points.histogramAt(at);
          if (histogram != null) {
            line.set(i, histogram);
          } else {
            line.set(i, points.valueAt(at));
          }
        });
  }

  /// What becomes of a found sample.
  @FunctionalInterface
  interface Take {
    void take(StepSeries line, int place, SampleBuffer points, int at);
  }

  List<StepSeries> select(VectorSelector selector, StepGrid grid, Take take) {
    var moved = new Moments(run.grid()).shifted(grid, selector.shift());
    long lookback = run.options().lookback().toMillis();
    var points = run.points();
    var lines = new ArrayList<StepSeries>();
    for (var series :
        run.source().select(selector.matchers(), moved.start() - lookback + 1, moved.last())) {
      points.clear();
      series.read(points);
      if (run.readsStatistics(selector)) {
        StatisticsOnly.reduce(points);
      }
      run.pass(points.size());
      long mark = run.held();
      var line = run.line(series.labels(), false, grid.steps());
      fill(line, points, moved, lookback, take);
      if (line.isEmpty()) {
        run.release(mark, 0);
      } else {
        lines.add(line);
      }
    }
    return lines;
  }

  private void fill(
      StepSeries line, SampleBuffer points, StepGrid moved, long lookback, Take take) {
    int next = 0;
    for (int i = 0; i < moved.steps(); i++) {
      long now = moved.at(i);
      while (next < points.size() && points.millisAt(next) <= now) {
        next++;
      }
      int at = next - 1;
      if (at >= 0 && points.millisAt(at) > now - lookback && !points.isStaleAt(at)) {
        take.take(line, i, points, at);
      }
    }
  }
}
