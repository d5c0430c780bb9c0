package dev.gori.promql;

import dev.gori.kernel.label.Labels;
import dev.gori.kernel.sample.ResetHint;
import dev.gori.kernel.sample.Sample;
import dev.gori.kernel.sample.SampleBuffer;
import dev.gori.promql.QueryResult.Point;
import dev.gori.promql.QueryResult.SeriesOf;
import dev.gori.promql.syntax.Expr;
import dev.gori.promql.syntax.Expr.RangeModifier;
import java.util.ArrayList;
import java.util.List;

/// Reads range vectors, of selectors and of subqueries, one series after the other.
final class RangeVectors {

  private final QueryContext context;
  private final Evaluator evaluator;
  private final TimeModifiers moments;

  RangeVectors(QueryContext context, Evaluator evaluator) {
    this.context = context;
    this.evaluator = evaluator;
    this.moments = new TimeModifiers(context.grid());
  }

  /// The windows of a range vector at each step of a grid.
  ///
  /// @param ends where the windows end
  /// @param range their length in milliseconds; the start is exclusive
  record Windows(Expr expr, StepGrid ends, long range, RangeModifier extent, Expr.Shift shift) {}

  @FunctionalInterface
  interface EachSeries {
    void series(Labels labels, boolean nameDropped, SampleBuffer points);
  }

  Windows windows(Expr expr, StepGrid grid) {
    return switch (expr) {
      case Expr.Paren(_, var inner) -> windows(inner, grid);
      case Expr.MatrixSelector(_, var v, var range) ->
          new Windows(
              expr,
              moments.shifted(grid, v.shift()),
              moments.positive(range),
              v.extent(),
              v.shift());
      case Expr.Subquery s ->
          new Windows(
              expr,
              moments.shifted(grid, s.shift()),
              moments.positive(s.range()),
              RangeModifier.PLAIN,
              s.shift());
      default ->
          throw new IllegalStateException(
              "%s expression (expected: a range vector)".formatted(expr.type().documentedName()));
    };
  }

  void read(Windows windows, EachSeries each) {
    switch (windows.expr()) {
      case Expr.MatrixSelector(_, var selector, _) -> readSelector(selector, windows, each);
      case Expr.Subquery subquery -> readSubquery(subquery, windows, each);
      default ->
          throw new IllegalStateException(
              "windows over " + windows.expr() + " (expected: a selector or subquery)");
    }
  }

  private void readSelector(Expr.VectorSelector selector, Windows windows, EachSeries each) {
    long lookback = context.options().lookback().toMillis();
    long from =
        windows.ends().start()
            - windows.range()
            + 1
            - (windows.extent() == RangeModifier.PLAIN ? 0 : lookback);
    long to = windows.ends().last() + (windows.extent() == RangeModifier.SMOOTHED ? lookback : 0);
    var points = context.points();
    for (var series : context.source().select(selector.matchers(), from, to)) {
      points.clear();
      series.read(points);
      points.trim(from, to);
      if (context.readsStatistics(selector)) {
        HistogramStats.reduce(points);
      }
      context.pass(points.size());
      if (points.size() > 0) {
        each.series(series.labels(), false, points);
      }
    }
  }

  private void readSubquery(Expr.Subquery subquery, Windows windows, EachSeries each) {
    long step =
        subquery.step().map(moments::positive).orElse(context.options().subqueryStep().toMillis());
    long after = windows.ends().start() - windows.range();
    long first = Math.floorDiv(after, step) * step + step;
    long last = windows.ends().last();
    if (last < first) {
      return;
    }
    int steps = Math.toIntExact(Math.min((last - first) / step + 1, Integer.MAX_VALUE));
    var inner = new StepGrid(first, steps, step, last);
    context.pass(steps);
    var points = context.points();
    for (var line : StepSeriesMerge.merged(evaluator.vector(subquery.inner(), inner))) {
      points.clear();
      addAll(line, inner, points);
      context.pass(points.size());
      if (points.size() > 0) {
        each.series(line.labels(), line.isNameDropped(), points);
      }
    }
  }

  /// The samples are not consecutive any more, so their counter-reset hints become unknown.
  private static void addAll(StepSeries line, StepGrid grid, SampleBuffer to) {
    for (int i = 0; i < line.steps(); i++) {
      var histogram = line.histogram(i);
      if (histogram != null) {
        to.add(grid.at(i), histogram.isGauge() ? histogram : histogram.withHint(ResetHint.UNKNOWN));
      } else if (line.has(i)) {
        to.add(grid.at(i), line.value(i));
      }
    }
  }

  /// The samples of each series, at the only step of the grid.
  List<SeriesOf> matrix(Expr expr, StepGrid grid) {
    var windows = windows(expr, grid);
    var all = new ArrayList<SeriesOf>();
    read(
        windows,
        (labels, nameDropped, points) -> {
          var shown = new ArrayList<Point>(points.size());
          for (int i = 0; i < points.size(); i++) {
            var histogram = points.histogramAt(i);
            if (histogram != null) {
              shown.add(Point.of(points.millisAt(i), histogram));
            } else if (!Sample.isStale(points.valueAt(i))) {
              shown.add(Point.of(points.millisAt(i), points.valueAt(i)));
            }
          }
          all.add(new SeriesOf(nameDropped ? MetricNames.dropped(labels) : labels, shown));
        });
    return all;
  }
}
