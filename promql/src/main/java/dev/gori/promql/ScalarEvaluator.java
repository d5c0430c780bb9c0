package dev.gori.promql;

import dev.gori.promql.syntax.Expr;
import java.util.Arrays;
import java.util.List;

/// Evaluates scalar expressions.
final class ScalarEvaluator {

  private final QueryContext context;
  private final Evaluator evaluator;

  ScalarEvaluator(QueryContext context, Evaluator evaluator) {
    this.context = context;
    this.evaluator = evaluator;
  }

  double[] of(Expr expr, StepGrid grid) {
    return switch (expr) {
      case Expr.NumberLiteral(_, var value, _) -> filled(grid, value);
      case Expr.Paren(_, var inner) -> evaluator.scalar(inner, grid);
      case Expr.Unary(_, var negative, var inner) ->
          negative ? negated(evaluator.scalar(inner, grid)) : evaluator.scalar(inner, grid);
      case Expr.Binary binary -> binary(binary, grid);
      case Expr.Call call -> call(call, grid);
      case Expr.VectorSelector _,
          Expr.MatrixSelector _,
          Expr.Subquery _,
          Expr.Aggregate _,
          Expr.StringLiteral _ ->
          throw new IllegalStateException(
              "%s expression (expected: a scalar)".formatted(expr.type().documentedName()));
    };
  }

  private static double[] filled(StepGrid grid, double value) {
    var values = new double[grid.steps()];
    Arrays.fill(values, value);
    return values;
  }

  private static double[] negated(double[] values) {
    var negated = new double[values.length];
    Arrays.setAll(negated, i -> -values[i]);
    return negated;
  }

  private double[] binary(Expr.Binary binary, StepGrid grid) {
    var left = evaluator.scalar(binary.left(), grid);
    var right = evaluator.scalar(binary.right(), grid);
    var values = new double[left.length];
    Arrays.setAll(
        values,
        i ->
            binary.op().isComparison()
                ? (Arithmetic.holds(binary.op(), left[i], right[i]) ? 1 : 0)
                : Arithmetic.of(binary.op(), left[i], right[i]));
    return values;
  }

  private double[] call(Expr.Call call, StepGrid grid) {
    var whole = context.grid();
    return switch (call.function().name()) {
      case "pi" -> filled(grid, Math.PI);
      case "time" -> times(grid);
      case "start" -> filled(grid, whole.start() / 1000.0);
      case "end" -> filled(grid, whole.end() / 1000.0);
      case "range" -> filled(grid, (whole.end() - whole.start()) / 1000.0);
      case "step" -> filled(grid, whole.step() / 1000.0);
      case "min_of" -> extremes(call.args(), grid, false);
      case "max_of" -> extremes(call.args(), grid, true);
      case "scalar" -> ofVector(evaluator.vector(call.args().getFirst(), grid), grid);
      default ->
          throw new IllegalStateException(
              "function '%s' (expected: one that gives a scalar)"
                  .formatted(call.function().name()));
    };
  }

  private static double[] times(StepGrid grid) {
    var values = new double[grid.steps()];
    Arrays.setAll(values, i -> grid.at(i) / 1000.0);
    return values;
  }

  private double[] extremes(List<Expr> args, StepGrid grid, boolean maximum) {
    var left = evaluator.scalar(args.getFirst(), grid);
    var right = evaluator.scalar(args.getLast(), grid);
    var values = new double[left.length];
    Arrays.setAll(
        values,
        i -> maximum ? Arithmetic.max(left[i], right[i]) : Arithmetic.min(left[i], right[i]));
    return values;
  }

  /// The value of a vector's only element, or NaN.
  private static double[] ofVector(List<StepSeries> lines, StepGrid grid) {
    var values = filled(grid, Double.NaN);
    for (int i = 0; i < values.length; i++) {
      int found = 0;
      for (var line : lines) {
        if (line.isFloat(i)) {
          found++;
          values[i] = line.value(i);
        }
      }
      if (found != 1) {
        values[i] = Double.NaN;
      }
    }
    return values;
  }
}
