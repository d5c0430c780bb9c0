package dev.gori.logs.logql;

import org.jspecify.annotations.Nullable;

/// The binary operators, with the text and the precedence of each.
enum BinaryOp {
  OR("or", 0),
  AND("and", 1),
  UNLESS("unless", 1),
  EQUAL("==", 2),
  NOT_EQUAL("!=", 2),
  GREATER(">", 2),
  GREATER_OR_EQUAL(">=", 2),
  LESS("<", 2),
  LESS_OR_EQUAL("<=", 2),
  ADD("+", 3),
  SUBTRACT("-", 3),
  MULTIPLY("*", 4),
  DIVIDE("/", 4),
  MODULO("%", 4),
  POWER("^", 5);

  /// The number of precedence levels; level 0 binds most weakly.
  static final int LEVELS = 6;

  private final String text;
  private final int level;

  BinaryOp(String text, int level) {
    this.text = text;
    this.level = level;
  }

  /// @return the operator that the token is at this precedence level, or null
  static @Nullable BinaryOp at(int level, Token token) {
    for (var op : values()) {
      if (op.level == level && (token.isSymbol(op.text) || token.isIdentifier(op.text))) {
        return op;
      }
    }
    return null;
  }

  /// @return the comparison of a label filter, where `=` is the same as `==`, or null
  static @Nullable BinaryOp comparison(Token token) {
    if (token.isSymbol("=")) {
      return EQUAL;
    }
    return at(EQUAL.level, token);
  }

  String text() {
    return text;
  }

  boolean isSet() {
    return this == OR || this == AND || this == UNLESS;
  }

  boolean isComparison() {
    return level == EQUAL.level;
  }

  /// `2 ^ 3 ^ 2` is `2 ^ (3 ^ 2)`; all other operators associate to the left.
  boolean isRightAssociative() {
    return this == POWER;
  }

  /// The result for two numbers; a comparison gives 1 or 0.
  ///
  /// @throws IllegalStateException for a set operator
  double apply(double left, double right) {
    return switch (this) {
      case ADD -> left + right;
      case SUBTRACT -> left - right;
      case MULTIPLY -> left * right;
      case DIVIDE -> left / right;
      case MODULO -> left % right;
      case POWER -> Math.pow(left, right);
      case EQUAL -> left == right ? 1 : 0;
      case NOT_EQUAL -> left != right ? 1 : 0;
      case GREATER -> left > right ? 1 : 0;
      case GREATER_OR_EQUAL -> left >= right ? 1 : 0;
      case LESS -> left < right ? 1 : 0;
      case LESS_OR_EQUAL -> left <= right ? 1 : 0;
      case OR, AND, UNLESS -> throw new IllegalStateException(text + " takes vectors");
    };
  }
}
