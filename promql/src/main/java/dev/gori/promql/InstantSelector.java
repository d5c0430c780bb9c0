package dev.gori.promql;

import dev.gori.kernel.sample.SampleBuffer;
import dev.gori.promql.syntax.Expr.VectorSelector;
import java.util.ArrayList;
import java.util.List;

/// Evaluates an instant selector: the value of a series at a step is its last sample that is not
/// older than the lookback.
final class InstantSelector {

  private final QueryContext context;

  InstantSelector(QueryContext context) {
    this.context = context;
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

  /// Writes a sample that was found into the result.
  @FunctionalInterface
  interface Take {
    void take(StepSeries line, int step, SampleBuffer points, int at);
  }

  List<StepSeries> select(VectorSelector selector, StepGrid grid, Take take) {
    var moved = new TimeModifiers(context.grid()).shifted(grid, selector.shift());
    long lookback = context.options().lookback().toMillis();
    var points = context.points();
    var lines = new ArrayList<StepSeries>();
    for (var series :
        context.source().select(selector.matchers(), moved.start() - lookback + 1, moved.last())) {
      points.clear();
      series.read(points);
      if (context.readsStatistics(selector)) {
        HistogramStats.reduce(points);
      }
      context.pass(points.size());
      long mark = context.held();
      var line = context.line(series.labels(), false, grid.steps());
      fill(line, points, moved, lookback, take);
      if (line.isEmpty()) {
        context.release(mark, 0);
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
