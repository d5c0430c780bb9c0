package dev.gori.promql.syntax;

/// A duration in a range, a subquery or an offset: a literal, or an expression of some
/// (experimental). Values are seconds.
public sealed interface DurationExpr {

  Span span();

  /// @param plainNumber whether it was written as seconds, without a unit
  record Literal(Span span, double seconds, boolean plainNumber) implements DurationExpr {}

  record Negated(Span span, DurationExpr inner) implements DurationExpr {}

  /// @param op one of + - * / % ^
  record Calculated(Span span, BinaryOp op, DurationExpr left, DurationExpr right)
      implements DurationExpr {}

  record Grouped(Span span, DurationExpr inner) implements DurationExpr {}

  /// The step of the query.
  record Step(Span span) implements DurationExpr {}

  /// The time from start to end of the query.
  record Range(Span span) implements DurationExpr {}

  record Extreme(Span span, boolean maximum, DurationExpr left, DurationExpr right)
      implements DurationExpr {}

  /// Whether it does not depend on the query's step and range.
  default boolean isFixed() {
    return switch (this) {
      case Literal _ -> true;
      case Negated(_, var inner) -> inner.isFixed();
      case Grouped(_, var inner) -> inner.isFixed();
      case Calculated(_, _, var left, var right) -> left.isFixed() && right.isFixed();
      case Extreme(_, _, var left, var right) -> left.isFixed() && right.isFixed();
      case Step _, Range _ -> false;
    };
  }

  /// The value in seconds for a query's step and range, both in seconds.
  default double seconds(double step, double range) {
    return switch (this) {
      case Literal(_, var seconds, _) -> seconds;
      case Negated(_, var inner) -> -inner.seconds(step, range);
      case Grouped(_, var inner) -> inner.seconds(step, range);
      case Step _ -> step;
      case Range _ -> range;
      case Extreme(_, var maximum, var left, var right) ->
          maximum
              ? Math.max(left.seconds(step, range), right.seconds(step, range))
              : Math.min(left.seconds(step, range), right.seconds(step, range));
      case Calculated(_, var op, var left, var right) ->
          calculated(op, left.seconds(step, range), right.seconds(step, range));
    };
  }

  private static double calculated(BinaryOp op, double left, double right) {
    return switch (op) {
      case ADD -> left + right;
      case SUBTRACT -> left - right;
      case MULTIPLY -> left * right;
      case DIVIDE -> left / right;
      case MODULO -> left % right;
      case POWER -> Math.pow(left, right);
      default ->
          throw new IllegalStateException(
              "duration operator '%s' (expected: one of + - * / %% ^)".formatted(op.text()));
    };
  }
}
