package dev.gori.promql;

import dev.gori.promql.syntax.BinaryOp;

/// The operators on floats.
final class Arithmetic {

  private Arithmetic() {}

  static double of(BinaryOp op, double left, double right) {
    return switch (op) {
      case ADD -> left + right;
      case SUBTRACT -> left - right;
      case MULTIPLY -> left * right;
      case DIVIDE -> left / right;
      case POWER -> power(left, right);
      case MODULO -> left % right;
      case ATAN2 -> Math.atan2(left, right);
      case OR,
          AND,
          UNLESS,
          EQUAL,
          NOT_EQUAL,
          LESS_OR_EQUAL,
          LESS,
          GREATER_OR_EQUAL,
          GREATER,
          TRIM_UPPER,
          TRIM_LOWER ->
          throw PromQlException.execution(
              "operator \"%s\" not allowed for Scalar operations".formatted(op.text()));
    };
  }

  /// As in C and Go, where 1 to any power is 1.
  private static double power(double base, double exponent) {
    return base == 1 || (base == -1 && Double.isInfinite(exponent)) ? 1 : Math.pow(base, exponent);
  }

  /// The larger one, as in C and Go: +Inf also against NaN.
  static double max(double one, double other) {
    return one == Double.POSITIVE_INFINITY || other == Double.POSITIVE_INFINITY
        ? Double.POSITIVE_INFINITY
        : Math.max(one, other);
  }

  /// The smaller one: -Inf also against NaN.
  static double min(double one, double other) {
    return one == Double.NEGATIVE_INFINITY || other == Double.NEGATIVE_INFINITY
        ? Double.NEGATIVE_INFINITY
        : Math.min(one, other);
  }

  static boolean holds(BinaryOp op, double left, double right) {
    return switch (op) {
      case EQUAL -> left == right;
      case NOT_EQUAL -> left != right;
      case LESS_OR_EQUAL -> left <= right;
      case LESS -> left < right;
      case GREATER_OR_EQUAL -> left >= right;
      case GREATER -> left > right;
      case OR,
          AND,
          UNLESS,
          ADD,
          SUBTRACT,
          MULTIPLY,
          DIVIDE,
          POWER,
          MODULO,
          ATAN2,
          TRIM_UPPER,
          TRIM_LOWER ->
          throw new IllegalStateException(
              "operator '%s' (expected: a comparison)".formatted(op.text()));
    };
  }
}
