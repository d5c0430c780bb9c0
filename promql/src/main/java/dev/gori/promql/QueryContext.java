package dev.gori.promql;

import dev.gori.kernel.label.Labels;
import dev.gori.kernel.life.Cancellation;
import dev.gori.kernel.sample.SampleBuffer;
import dev.gori.kernel.time.Time;
import dev.gori.promql.QueryResult.Matrix;
import dev.gori.promql.QueryResult.Point;
import dev.gori.promql.QueryResult.SampleOf;
import dev.gori.promql.QueryResult.Scalar;
import dev.gori.promql.QueryResult.SeriesOf;
import dev.gori.promql.QueryResult.Text;
import dev.gori.promql.QueryResult.Value;
import dev.gori.promql.QueryResult.Vector;
import dev.gori.promql.syntax.Expr;
import dev.gori.promql.syntax.ValueType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// One evaluation of one query: its options, limits and annotations, the samples that it holds, and
/// its result.
final class QueryContext {

  private final EngineOptions options;
  private final Time time;
  private final SeriesSource source;
  private final Query query;
  private final StepGrid grid;
  private final Annotations annotations;
  private final long deadline;
  private final Set<Expr.VectorSelector> statistics;
  private long held;
  private int untilCheck;

  QueryContext(EngineOptions options, Time time, SeriesSource source, Query query, StepGrid grid) {
    this.options = options;
    this.time = time;
    this.source = source;
    this.query = query;
    this.grid = grid;
    this.annotations = new Annotations(query.text());
    this.statistics = HistogramStats.selectors(query.expr());
    this.deadline = time.millis() + options.timeout().toMillis();
  }

  EngineOptions options() {
    return options;
  }

  SeriesSource source() {
    return source;
  }

  Annotations annotations() {
    return annotations;
  }

  /// The steps of the query itself; a subquery has a grid of its own.
  StepGrid grid() {
    return grid;
  }

  /// Counts samples that stay in memory until the expression above is done.
  void hold(long more) {
    pass(more);
    held += more;
  }

  long held() {
    return held;
  }

  /// Releases samples: of those held since the mark only so many are left.
  void release(long mark, long left) {
    held = mark + left;
  }

  /// Checks the sample limit and the deadline for samples of one series that are read but not held.
  void pass(long more) {
    if (held + more > options.maxSamples()) {
      throw tooManySamples();
    }
    tick();
  }

  static PromQlException tooManySamples() {
    return new PromQlException(
        PromQlException.Kind.TOO_MANY_SAMPLES,
        "query processing would load too many samples into memory in query execution");
  }

  /// Checks the deadline at every 64th call; for loops whose iterations may take long.
  void tick() {
    if (++untilCheck >= 64) {
      untilCheck = 0;
      checkTime();
    }
  }

  void checkTime() {
    Cancellation.check();
    if (Thread.currentThread().isInterrupted()) {
      throw new PromQlException(
          PromQlException.Kind.CANCELED, "query was canceled in expression evaluation");
    }
    if (time.millis() > deadline) {
      throw new PromQlException(
          PromQlException.Kind.TIMEOUT, "query timed out in expression evaluation");
    }
  }

  /// An empty series for the result of a function: its metric name is dropped, now or at the end of
  /// the query.
  StepSeries dropName(StepSeries from) {
    return named(from.labels(), from.steps());
  }

  StepSeries named(Labels labels, int steps) {
    return options.delayedNames()
        ? line(labels, true, steps)
        : line(MetricNames.dropped(labels), false, steps);
  }

  /// A series without samples, counted before it is allocated.
  StepSeries line(Labels labels, boolean isNameDropped, int steps) {
    hold(steps);
    return new StepSeries(labels, isNameDropped, steps);
  }

  StepSeries copy(StepSeries line) {
    hold(line.steps());
    return line.copy();
  }

  /// A buffer that is reused for one series after the other. It throws as {@link #pass} does before
  /// it grows beyond the sample limit.
  SampleBuffer points() {
    return new SampleBuffer(256, options.maxSamples(), QueryContext::tooManySamples);
  }

  /// Merges series that have the same labels now, such as after their names were dropped, and
  /// rejects duplicates. With delayed name removal an instant query may hold duplicates until the
  /// end.
  List<StepSeries> unique(List<StepSeries> lines) {
    boolean isLeftForLater =
        options.delayedNames() && !lines.isEmpty() && lines.getFirst().steps() == 1;
    return isLeftForLater ? lines : StepSeriesMerge.merged(lines);
  }

  /// Whether the query uses only count and sum of the selector's histograms.
  boolean readsStatistics(Expr.VectorSelector selector) {
    return statistics.contains(selector);
  }

  QueryResult instant() {
    return answer(instantValue(query.expr()));
  }

  private Value instantValue(Expr expr) {
    new TimeModifiers(grid).check(expr);
    var evaluator = new Evaluator(this);
    return switch (expr.type()) {
      case SCALAR -> new Scalar(grid.start(), evaluator.scalar(expr, grid)[0]);
      case STRING -> new Text(grid.start(), evaluator.string(expr));
      case MATRIX -> matrix(evaluator.matrix(expr, grid));
      case VECTOR, NONE -> vector(evaluator.vector(expr, grid));
    };
  }

  QueryResult range() {
    new TimeModifiers(grid).check(query.expr());
    var evaluator = new Evaluator(this);
    if (query.expr().type() == ValueType.SCALAR) {
      var values = evaluator.scalar(query.expr(), grid);
      var points = new ArrayList<Point>(values.length);
      for (int i = 0; i < values.length; i++) {
        points.add(Point.of(grid.at(i), values[i]));
      }
      return answer(new Matrix(List.of(new SeriesOf(Labels.EMPTY, points))));
    }
    var series = new ArrayList<SeriesOf>();
    for (var line : StepSeriesMerge.merged(finished(evaluator.vector(query.expr(), grid)))) {
      if (!line.isEmpty()) {
        series.add(new SeriesOf(line.labels(), new StepSeriesPoints(grid, line)));
      }
    }
    series.sort(Comparator.comparing(SeriesOf::labels));
    return answer(new Matrix(series));
  }

  private QueryResult answer(Value value) {
    return new QueryResult(value, annotations.warnings(), annotations.infos());
  }

  private Vector vector(List<StepSeries> lines) {
    var seen = new HashSet<Labels>();
    var samples = new ArrayList<SampleOf>(lines.size());
    for (var line : finished(lines)) {
      if (line.has(0)) {
        if (!seen.add(line.labels())) {
          throw StepSeriesMerge.duplicate();
        }
        samples.add(new SampleOf(line.labels(), new StepSeriesPoints(grid, line).getFirst()));
      }
    }
    return new Vector(samples);
  }

  private Matrix matrix(List<SeriesOf> series) {
    var sorted = new ArrayList<>(series);
    sorted.sort(Comparator.comparing(SeriesOf::labels));
    return new Matrix(sorted);
  }

  private List<StepSeries> finished(List<StepSeries> lines) {
    var seen = new HashMap<Labels, Labels>();
    var named = new ArrayList<StepSeries>(lines.size());
    for (var line : lines) {
      var labels = line.isNameDropped() ? MetricNames.dropped(line.labels()) : line.labels();
      named.add(line.named(seen.computeIfAbsent(labels, l -> l), false));
    }
    return named;
  }
}
