package dev.gori.promql;

import dev.gori.promql.syntax.Expr;
import java.util.List;
import java.util.Set;

/// Which expressions have the same value at every step, because `@` fixes all their selectors.
final class StepInvariant {

  private static final Set<String> BY_TIME =
      Set.of(
          "time",
          "predict_linear",
          "days_in_month",
          "day_of_month",
          "day_of_week",
          "day_of_year",
          "hour",
          "minute",
          "month",
          "year");

  private static final Set<String> TIMES = Set.of("timestamp", "start_timestamp");

  private StepInvariant() {}

  static boolean isStepInvariant(Expr expr) {
    return switch (expr) {
      case Expr.NumberLiteral _, Expr.StringLiteral _ -> true;
      case Expr.VectorSelector v -> v.shift().at().isPresent();
      case Expr.MatrixSelector(_, var v, _) -> v.shift().at().isPresent();
      case Expr.Subquery s -> s.shift().at().isPresent();
      // As in Prometheus the parameter is not checked: one that varies has its value of the first
      // step.
      case Expr.Aggregate a -> isStepInvariant(a.inner());
      // `info` looks up info series at the times of its first argument.
      case Expr.Call c when c.function().name().equals("info") ->
          isStepInvariant(c.args().getFirst());
      // The timestamp of a selector's sample is fixed with it; that of a result is the step.
      case Expr.Call c when TIMES.contains(c.function().name()) ->
          isSelector(c.args().getFirst()) && isStepInvariant(c.args().getFirst());
      case Expr.Call c -> !BY_TIME.contains(c.function().name()) && areStepInvariant(c.args());
      case Expr.Paren _, Expr.Unary _, Expr.Binary _ -> areStepInvariant(expr.children());
    };
  }

  /// No stream: it would take eleven stack frames for each operator of a long chain.
  private static boolean areStepInvariant(List<Expr> all) {
    for (var expr : all) {
      if (!isStepInvariant(expr)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isSelector(Expr expr) {
    return expr instanceof Expr.VectorSelector
        || (expr instanceof Expr.Paren(_, var inner) && isSelector(inner));
  }
}
