package dev.gori.promql;

import dev.gori.promql.QueryResult.SeriesOf;
import dev.gori.promql.syntax.Expr;
import dev.gori.promql.syntax.ValueType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Evaluates the tree of an expression. Step-invariant expressions are evaluated once.
final class Evaluator {

  private final QueryContext context;
  private final InstantSelector instants;
  private final RangeVectors ranges;
  private final FunctionCalls calls;
  private final ScalarEvaluator scalars;
  private final BinaryOps binaries;
  private final Aggregation aggregation;

  Evaluator(QueryContext context) {
    this.context = context;
    this.instants = new InstantSelector(context);
    this.ranges = new RangeVectors(context, this);
    this.calls = new FunctionCalls(context, this, ranges);
    this.scalars = new ScalarEvaluator(context, this);
    this.binaries = new BinaryOps(context, this);
    this.aggregation = new Aggregation(context, this);
  }

  InstantSelector instants() {
    return instants;
  }

  /// An instant vector at every step of the grid. The series may be shared: copy one before
  /// changing it.
  List<StepSeries> vector(Expr expr, StepGrid grid) {
    if (grid.start() != grid.end() && StepInvariant.isStepInvariant(expr)) {
      var once = vector(expr, StepGrid.single(grid.start()));
      context.hold((long) once.size() * grid.steps());
      return once.stream().map(line -> line.spread(grid.steps())).toList();
    }
    context.checkTime();
    long mark = context.held();
    var lines = evaluated(expr, grid);
    context.release(mark, (long) lines.size() * grid.steps());
    return lines;
  }

  private List<StepSeries> evaluated(Expr expr, StepGrid grid) {
    return switch (expr) {
      case Expr.VectorSelector selector ->
          selector.extent() == Expr.RangeModifier.SMOOTHED
              ? new SmoothedSelector(context, selector).select(grid)
              : instants.select(selector, grid);
      case Expr.Paren(_, var inner) -> vector(inner, grid);
      case Expr.Unary(_, var negative, var inner) ->
          negative ? negated(vector(inner, grid)) : vector(inner, grid);
      case Expr.Binary binary -> binaries.vector(binary, grid);
      case Expr.Aggregate aggregate -> aggregation.of(aggregate, grid);
      case Expr.Call call -> calls.vector(call, grid);
      case Expr.MatrixSelector _, Expr.Subquery _, Expr.NumberLiteral _, Expr.StringLiteral _ ->
          throw new IllegalStateException(
              "%s expression (expected: an instant vector)"
                  .formatted(expr.type().documentedName()));
    };
  }

  private List<StepSeries> negated(List<StepSeries> lines) {
    var negated = new ArrayList<StepSeries>(lines.size());
    for (var line : lines) {
      var to = context.dropName(line);
      for (int i = 0; i < line.steps(); i++) {
        var histogram = line.histogram(i);
        if (histogram != null) {
          to.set(i, histogram.times(-1));
        } else if (line.has(i)) {
          to.set(i, -line.value(i));
        }
      }
      negated.add(to);
    }
    return context.unique(negated);
  }

  /// A scalar at every step of the grid.
  double[] scalar(Expr expr, StepGrid grid) {
    long mark = context.held();
    context.hold(grid.steps());
    var values =
        !grid.isSingle() && StepInvariant.isStepInvariant(expr)
            ? spread(scalars.of(expr, StepGrid.single(grid.start()))[0], grid.steps())
            : scalars.of(expr, grid);
    context.release(mark, grid.steps());
    return values;
  }

  private static double[] spread(double value, int steps) {
    var values = new double[steps];
    Arrays.fill(values, value);
    return values;
  }

  String string(Expr expr) {
    return switch (expr) {
      case Expr.StringLiteral(_, var value) -> value;
      case Expr.Paren(_, var inner) -> string(inner);
      default ->
          throw new IllegalStateException("string expression: " + expr + " (expected: a literal)");
    };
  }

  /// A range vector at the only step of the grid.
  List<SeriesOf> matrix(Expr expr, StepGrid grid) {
    if (expr.type() != ValueType.MATRIX) {
      throw new IllegalStateException(
          "%s expression (expected: a range vector)".formatted(expr.type().documentedName()));
    }
    return ranges.matrix(expr, grid);
  }
}
