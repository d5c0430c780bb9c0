package dev.gori.promql;

import dev.gori.promql.syntax.DurationExpr;
import dev.gori.promql.syntax.Expr;
import dev.gori.promql.syntax.Expr.At;
import dev.gori.promql.syntax.Expr.Shift;

/// Applies `offset` and `@` to a grid, and evaluates duration expressions.
final class TimeModifiers {

  private final StepGrid whole;

  TimeModifiers(StepGrid whole) {
    this.whole = whole;
  }

  /// A duration in milliseconds.
  long millis(DurationExpr duration) {
    return Math.round(
        duration.seconds(whole.step() / 1000.0, (whole.end() - whole.start()) / 1000.0) * 1000);
  }

  /// A range or step in milliseconds.
  long positive(DurationExpr duration) {
    long millis = millis(duration);
    if (millis <= 0) {
      throw PromQlException.execution(
          "%d:%d: duration must be greater than 0"
              .formatted(duration.span().start(), duration.span().end()));
    }
    return millis;
  }

  /// Rejects ranges and steps that are not positive, also in expressions that are not evaluated.
  void check(Expr expr) {
    switch (expr) {
      case Expr.MatrixSelector m -> positive(m.range());
      case Expr.Subquery s -> {
        positive(s.range());
        s.step().ifPresent(this::positive);
      }
      default -> {}
    }
    expr.children().forEach(this::check);
  }

  /// The grid with a selector's `offset` and `@` applied.
  StepGrid shifted(StepGrid grid, Shift shift) {
    long offset = shift.offset().map(this::millis).orElse(0L);
    if (shift.at().isPresent()) {
      long at =
          switch (shift.at().get()) {
            case At.Millis(var millis) -> millis;
            case At.Start() -> whole.start();
            case At.End() -> whole.end();
          };
      return new StepGrid(at - offset, grid.steps(), 0, at - offset);
    }
    return new StepGrid(grid.start() - offset, grid.steps(), grid.step(), grid.end() - offset);
  }
}
