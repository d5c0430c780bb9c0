package dev.gori.promql.syntax;

import dev.gori.promql.syntax.Expr.At;
import dev.gori.promql.syntax.Expr.MatrixSelector;
import dev.gori.promql.syntax.Expr.RangeModifier;
import dev.gori.promql.syntax.Expr.Shift;
import dev.gori.promql.syntax.Expr.Subquery;
import dev.gori.promql.syntax.Expr.VectorSelector;
import java.math.BigDecimal;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// Parses what follows a selector: ranges, subqueries, `offset`, `@`, `anchored`, `smoothed`.
final class PostfixParser {

  private final TokenStream tokens;
  private final DurationParser durations;

  PostfixParser(TokenStream tokens, DurationParser durations) {
    this.tokens = tokens;
    this.durations = durations;
  }

  Expr after(Expr primary) {
    var expr = primary;
    while (true) {
      var token = tokens.peek();
      if (token.is("[")) {
        expr = bracket(expr);
      } else if (token.isWord("offset")) {
        tokens.take();
        expr = withOffset(expr);
      } else if (token.is("@")) {
        tokens.take();
        expr = withAt(expr);
      } else if (token.isWord("anchored") || token.isWord("smoothed")) {
        tokens.take();
        expr = withExtent(expr, token);
      } else {
        return expr;
      }
    }
  }

  private Expr bracket(Expr expr) {
    var bracket = tokens.take().span();
    var range = durations.bracketed("subquery or range selector");
    if (!tokens.takeIf(":")) {
      return matrix(expr, range, bracket);
    }
    Optional<DurationExpr> step =
        tokens.peek().is("]")
            ? Optional.empty()
            : Optional.of(durations.bracketed("subquery selector"));
    step.ifPresent(this::checkPositive);
    if (tokens.peek().is(":")) {
      throw tokens.problem(tokens.peek().span(), "unexpected colon ':'");
    }
    var end = tokens.expect("]", "subquery selector");
    checkPositive(range);
    return new Subquery(expr.span().to(end.span()), expr, range, step, Shift.NONE);
  }

  private Expr matrix(Expr expr, DurationExpr range, Span bracket) {
    var end = tokens.expect("]", "subquery or range", "\":\" or \"]\"");
    var span = expr.span().to(end.span());
    if (!(expr instanceof VectorSelector vector)) {
      throw tokens.problem(bracket, "ranges only allowed for vector selectors");
    }
    if (vector.shift().offset().isPresent()) {
      throw tokens.problem(bracket, "no offset modifiers allowed before range");
    }
    if (vector.shift().at().isPresent()) {
      throw tokens.problem(bracket, "no @ modifiers allowed before range");
    }
    checkPositive(range);
    return new MatrixSelector(span, vector, range);
  }

  private void checkPositive(DurationExpr duration) {
    if (duration.isFixed() && !(duration.seconds(0, 0) > 0)) {
      throw tokens.problem(duration.span(), "duration must be greater than 0");
    }
  }

  private Expr withOffset(Expr expr) {
    var offset = durations.offset();
    boolean isNone = offset.isFixed() && offset.seconds(0, 0) == 0;
    return shifted(
        expr,
        "offset modifier",
        shift -> {
          if (shift.offset().isPresent()) {
            throw tokens.problem(expr.span(), "offset may not be set multiple times");
          }
          return new Shift(isNone ? Optional.empty() : Optional.of(offset), shift.at());
        });
  }

  private Expr withAt(Expr expr) {
    var at = at(expr.span());
    return shifted(
        expr,
        "@ modifier",
        shift -> {
          if (shift.at().isPresent()) {
            throw tokens.problem(expr.span(), "@ <timestamp> may not be set multiple times");
          }
          return new Shift(shift.offset(), Optional.of(at));
        });
  }

  private At at(Span where) {
    var token = tokens.take();
    if (token.isWord("start") || token.isWord("end")) {
      tokens.expect("(", "@", "timestamp");
      tokens.expect(")", "@");
      return token.isWord("start") ? new At.Start() : new At.End();
    }
    boolean negative = token.is("-");
    if (negative || token.is("+")) {
      token = tokens.take();
    }
    double seconds =
        switch (token.kind()) {
          case NUMBER -> NumberLiterals.number(token, tokens);
          case DURATION -> NumberLiterals.seconds(token, tokens);
          case STRING, IDENTIFIER, SYMBOL, END -> {
            if (token.isNumberWord()) {
              yield token.isWord("inf") ? Double.POSITIVE_INFINITY : Double.NaN;
            }
            throw tokens.problem(
                token.span(), "unexpected " + token.description() + " in @, expected timestamp");
          }
        };
    if (Double.isNaN(seconds)
        || Double.isInfinite(seconds)
        || Math.abs(seconds) > Long.MAX_VALUE / 1000.0) {
      throw tokens.problem(
          where,
          "timestamp out of bounds for @ modifier: "
              + (Double.isNaN(seconds)
                  ? "NaN"
                  : Double.isInfinite(seconds)
                      ? (negative ? "-Inf" : "+Inf")
                      : String.format(
                          Locale.ROOT, "%.6f", new BigDecimal(negative ? -seconds : seconds))));
    }
    return new At.Millis(Math.round(seconds * 1000) * (negative ? -1 : 1));
  }

  private Expr shifted(Expr expr, String what, UnaryOperator<Shift> change) {
    var span = expr.span().to(tokens.last().span());
    return switch (expr) {
      case VectorSelector v ->
          new VectorSelector(span, v.name(), v.matchers(), change.apply(v.shift()), v.extent());
      case MatrixSelector(_, var v, var range) ->
          new MatrixSelector(
              span,
              new VectorSelector(
                  v.span(), v.name(), v.matchers(), change.apply(v.shift()), v.extent()),
              range);
      case Subquery s ->
          new Subquery(span, s.inner(), s.range(), s.step(), change.apply(s.shift()));
      default ->
          throw tokens.problem(
              expr.span(),
              what
                  + " must be preceded by an instant vector selector or range vector selector or a subquery");
    };
  }

  private Expr withExtent(Expr expr, Token word) {
    var extent = word.isWord("anchored") ? RangeModifier.ANCHORED : RangeModifier.SMOOTHED;
    var span = expr.span().to(word.span());
    return switch (expr) {
      case VectorSelector v -> extended(v, span, extent);
      case MatrixSelector(_, var v, var range) ->
          new MatrixSelector(span, extended(v, v.span(), extent), range);
      case Subquery _ ->
          throw tokens.problem(
              expr.span(), word.lower() + " modifier is not supported for subqueries");
      default -> throw tokens.problem(expr.span(), word.lower() + " modifier not implemented");
    };
  }

  private VectorSelector extended(VectorSelector v, Span span, RangeModifier extent) {
    if (v.extent() != RangeModifier.PLAIN && v.extent() != extent) {
      throw tokens.problem(span, "anchored and smoothed modifiers cannot be used together");
    }
    return new VectorSelector(span, v.name(), v.matchers(), v.shift(), extent);
  }
}
