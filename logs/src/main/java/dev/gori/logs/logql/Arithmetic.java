package dev.gori.logs.logql;

/// The binary operators on two numbers; comparisons give 1 or 0.
final class Arithmetic {

  private Arithmetic() {}

  static double apply(String op, double left, double right) {
    return switch (op) {
      case "+" -> left + right;
      case "-" -> left - right;
      case "*" -> left * right;
      case "/" -> left / right;
      case "%" -> left % right;
      case "^" -> Math.pow(left, right);
      default -> LabelFilter.Comparison.holds(op, left, right) ? 1 : 0;
    };
  }
}
