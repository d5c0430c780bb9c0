package dev.gori.promql.syntax;

import java.util.Locale;
import java.util.Optional;

/// Binary operators with their precedence.
public enum BinaryOp {
  OR("or", 1, Kind.SET),
  AND("and", 2, Kind.SET),
  UNLESS("unless", 2, Kind.SET),
  EQUAL("==", 3, Kind.COMPARISON),
  NOT_EQUAL("!=", 3, Kind.COMPARISON),
  LESS_OR_EQUAL("<=", 3, Kind.COMPARISON),
  LESS("<", 3, Kind.COMPARISON),
  GREATER_OR_EQUAL(">=", 3, Kind.COMPARISON),
  GREATER(">", 3, Kind.COMPARISON),
  ADD("+", 4, Kind.ARITHMETIC),
  SUBTRACT("-", 4, Kind.ARITHMETIC),
  MULTIPLY("*", 5, Kind.ARITHMETIC),
  DIVIDE("/", 5, Kind.ARITHMETIC),
  MODULO("%", 5, Kind.ARITHMETIC),
  ATAN2("atan2", 5, Kind.ARITHMETIC),
  POWER("^", 6, Kind.ARITHMETIC),
  TRIM_UPPER("</", 3, Kind.ARITHMETIC),
  TRIM_LOWER(">/", 3, Kind.ARITHMETIC);

  private enum Kind {
    SET,
    COMPARISON,
    ARITHMETIC
  }

  private final String text;
  private final int binding;
  private final Kind kind;

  BinaryOp(String text, int binding, Kind kind) {
    this.text = text;
    this.binding = binding;
    this.kind = kind;
  }

  static Optional<BinaryOp> of(String text) {
    var lower = text.toLowerCase(Locale.ROOT);
    for (var op : values()) {
      if (op.text.equals(lower)) {
        return Optional.of(op);
      }
    }
    return Optional.empty();
  }

  public String text() {
    return text;
  }

  /// The precedence; higher binds tighter.
  public int binding() {
    return binding;
  }

  public boolean isRightAssociative() {
    return this == POWER;
  }

  public boolean isComparison() {
    return kind == Kind.COMPARISON;
  }

  public boolean isSet() {
    return kind == Kind.SET;
  }

  public boolean isTrim() {
    return this == TRIM_LOWER || this == TRIM_UPPER;
  }
}
