package dev.gori.promql.syntax;

import java.util.Optional;
import java.util.Set;

/// Parses durations: after `offset` a single value or a parenthesized expression, in brackets any
/// expression.
final class DurationParser {

  private static final Set<String> FUNCTIONS = Set.of("step", "range", "min_of", "max_of");

  private final TokenStream tokens;

  DurationParser(TokenStream tokens) {
    this.tokens = tokens;
  }

  /// The duration after `offset`.
  DurationExpr offset() {
    var sign = tokens.peek();
    if (tokens.takeIf("-") || tokens.takeIf("+")) {
      var inner = primary("offset");
      return asDuration(signed(sign, inner));
    }
    return asDuration(primary("offset"));
  }

  /// The range or step in brackets.
  DurationExpr bracketed(String context) {
    return asDuration(expression(0, context));
  }

  /// A number of seconds by itself is a duration.
  private static DurationExpr asDuration(DurationExpr value) {
    return switch (value) {
      case DurationExpr.Literal(var span, var seconds, _) ->
          new DurationExpr.Literal(span, seconds, false);
      case DurationExpr.Negated(var span, var inner) ->
          new DurationExpr.Negated(span, asDuration(inner));
      default -> value;
    };
  }

  private DurationExpr expression(int binding, String context) {
    tokens.descend();
    var duration = operators(binding, context);
    tokens.ascend();
    return duration;
  }

  private DurationExpr operators(int binding, String context) {
    var left = unary(context);
    while (true) {
      var op = operator();
      if (op.isEmpty() || op.get().binding() < binding) {
        return left;
      }
      var sign = tokens.take();
      tokens.countOperator(sign);
      var right =
          expression(
              op.get().isRightAssociative() ? op.get().binding() : op.get().binding() + 1, context);
      if (op.get() == BinaryOp.DIVIDE || op.get() == BinaryOp.MODULO) {
        checkDivisor(sign, op.get(), right);
      }
      left = new DurationExpr.Calculated(left.span().to(right.span()), op.get(), left, right);
    }
  }

  private void checkDivisor(Token sign, BinaryOp op, DurationExpr divisor) {
    if (divisor.isFixed() && divisor.seconds(0, 0) == 0) {
      throw tokens.problem(
          sign.span(), op == BinaryOp.DIVIDE ? "division by zero" : "modulo by zero");
    }
  }

  private Optional<BinaryOp> operator() {
    var token = tokens.peek();
    if (token.kind() != Token.Kind.SYMBOL) {
      return Optional.empty();
    }
    return switch (token.text()) {
      case "+", "-", "*", "/", "%", "^" -> BinaryOp.of(token.text());
      default -> Optional.empty();
    };
  }

  private DurationExpr unary(String context) {
    var sign = tokens.peek();
    if (tokens.takeIf("-") || tokens.takeIf("+")) {
      var inner = expression(BinaryOp.POWER.binding(), context);
      return signed(sign, inner);
    }
    return primary(context);
  }

  private static DurationExpr signed(Token sign, DurationExpr inner) {
    return sign.text().equals("-")
        ? new DurationExpr.Negated(sign.span().to(inner.span()), inner)
        : inner;
  }

  private DurationExpr primary(String context) {
    var token = tokens.take();
    switch (token.kind()) {
      case NUMBER -> {
        return new DurationExpr.Literal(
            token.span(), inRange(token, NumberLiterals.number(token, tokens)), true);
      }
      case DURATION -> {
        return new DurationExpr.Literal(token.span(), NumberLiterals.seconds(token, tokens), false);
      }
      case IDENTIFIER -> {
        return function(token, context);
      }
      default -> {
        if (!token.is("(")) {
          throw tokens.problem(
              token.span(),
              "unexpected "
                  + token.description()
                  + " in "
                  + context
                  + ", expected "
                  + expected(context));
        }
      }
    }
    var inner = expression(0, context);
    var end = tokens.expect(")", context, expected(context));
    return new DurationExpr.Grouped(token.span().to(end.span()), inner);
  }

  private double inRange(Token token, double seconds) {
    if (Double.isNaN(seconds) || Math.abs(seconds) >= Long.MAX_VALUE / 1e9) {
      throw tokens.problem(token.span(), "duration out of range");
    }
    return seconds;
  }

  private DurationExpr function(Token name, String context) {
    if (!FUNCTIONS.contains(name.lower())) {
      throw tokens.problem(
          name.span(),
          "unexpected "
              + name.description()
              + " in "
              + context
              + ", expected "
              + expected(context));
    }
    if (!tokens.takeIf("(")) {
      throw tokens.unexpected(context, expected(context));
    }
    if (name.isWord("step") || name.isWord("range")) {
      var end = tokens.expect(")", context, expected(context));
      var span = name.span().to(end.span());
      return name.isWord("step") ? new DurationExpr.Step(span) : new DurationExpr.Range(span);
    }
    var left = expression(0, context);
    tokens.expect(",", context, expected(context));
    var right = expression(0, context);
    var end = tokens.expect(")", context, expected(context));
    return new DurationExpr.Extreme(name.span().to(end.span()), name.isWord("max_of"), left, right);
  }

  private static String expected(String context) {
    return context.equals("subquery selector")
        ? "number, duration, step(), range(), or \"]\""
        : "number, duration, step(), or range()";
  }
}
