package dev.gori.promql.syntax;

import dev.gori.kernel.label.Labels;
import dev.gori.kernel.label.Matcher;
import dev.gori.promql.syntax.Expr.Aggregate;
import dev.gori.promql.syntax.Expr.Binary;
import dev.gori.promql.syntax.Expr.Call;
import dev.gori.promql.syntax.Expr.Cardinality;
import dev.gori.promql.syntax.Expr.MatrixSelector;
import dev.gori.promql.syntax.Expr.Subquery;
import dev.gori.promql.syntax.Expr.Unary;
import dev.gori.promql.syntax.Expr.VectorSelector;

/// Checks the types of an expression, with Prometheus's messages.
final class TypeCheck {

  private final String query;

  TypeCheck(String query) {
    this.query = query;
  }

  void check(Expr expr) {
    boolean isInfo = expr instanceof Call call && call.function().name().equals("info");
    for (var child :
        isInfo
            ? expr.children().subList(0, Math.min(1, expr.children().size()))
            : expr.children()) {
      check(child);
    }
    switch (expr) {
      case Call call -> call(call);
      case Binary binary -> binary(binary);
      case Aggregate aggregate -> aggregate(aggregate);
      case Unary unary -> unary(unary);
      case Subquery subquery -> subquery(subquery);
      case VectorSelector selector -> selector(selector);
      case MatrixSelector _, Expr.Paren _, Expr.NumberLiteral _, Expr.StringLiteral _ -> {}
    }
  }

  void selector(VectorSelector selector) {
    if (selector.matchers().stream().allMatch(Matcher::matchesEmpty)) {
      throw problem(selector.span(), "vector selector must contain at least one non-empty matcher");
    }
    long names =
        selector.matchers().stream()
            .filter(m -> m.name().equals(Labels.NAME) && m.op() == Matcher.Op.EQUAL)
            .count();
    if (names > 1 && !selector.name().isEmpty()) {
      throw problem(selector.span(), "metric name must not be set twice");
    }
  }

  private void call(Call call) {
    var function = call.function();
    int given = call.args().size();
    if (given < function.minArgs() || given > function.maxArgs()) {
      var bound =
          function.variadic() == 0 ? "" : given < function.minArgs() ? "at least " : "at most ";
      int wanted = given < function.minArgs() ? function.minArgs() : function.maxArgs();
      throw problem(
          call.span(),
          "expected %s%d argument(s) in call to \"%s\", got %d"
              .formatted(bound, wanted, function.name(), given));
    }
    for (int i = 0; i < given; i++) {
      expect(
          call.args().get(i),
          function.argAt(i),
          "call to function \"%s\"".formatted(function.name()));
    }
    if (function.name().equals("info") && given == 2) {
      infoSelector(call);
    }
  }

  private void infoSelector(Call call) {
    if (!(call.args().get(1) instanceof VectorSelector selector) || !selector.name().isEmpty()) {
      throw problem(
          call.args().get(1).span(), "expected label selectors only, got vector selector instead");
    }
  }

  private void binary(Binary binary) {
    var left = binary.left().type();
    var right = binary.right().type();
    var op = binary.op();
    for (var side : binary.children()) {
      if (side.type() != ValueType.SCALAR && side.type() != ValueType.VECTOR) {
        throw problem(
            side.span(), "binary expression must contain only scalar and instant vector types");
      }
    }
    if (op.isSet() && (left == ValueType.SCALAR || right == ValueType.SCALAR)) {
      throw problem(
          binary.span(),
          "set operator \"%s\" not allowed in binary scalar expression".formatted(op.text()));
    }
    binary.matching().ifPresent(matching -> matching(binary, matching));
  }

  private void matching(Binary binary, Expr.Matching matching) {
    if (binary.op().isSet() && matching.cardinality() != Cardinality.MANY_TO_MANY) {
      throw problem(
          binary.span(), "no grouping allowed for \"%s\" operation".formatted(binary.op().text()));
    }
  }

  private void aggregate(Aggregate aggregate) {
    expect(aggregate.inner(), ValueType.VECTOR, "aggregation expression");
    aggregate
        .parameter()
        .ifPresent(p -> expect(p, aggregate.op().parameter(), "aggregation parameter"));
  }

  private void unary(Unary unary) {
    if (unary.type() != ValueType.SCALAR && unary.type() != ValueType.VECTOR) {
      throw problem(
          unary.span(),
          "unary expression only allowed on expressions of type scalar or instant vector, got \"%s\""
              .formatted(unary.type().documentedName()));
    }
  }

  private void subquery(Subquery subquery) {
    if (subquery.inner().type() != ValueType.VECTOR) {
      throw problem(
          subquery.span(),
          "subquery is only allowed on instant vector, got %s instead"
              .formatted(subquery.inner().type().api()));
    }
  }

  private void expect(Expr expr, ValueType wanted, String context) {
    if (expr.type() != wanted) {
      throw problem(
          expr.span(),
          "expected type %s in %s, got %s"
              .formatted(wanted.documentedName(), context, expr.type().documentedName()));
    }
  }

  private ParseException problem(Span span, String what) {
    return new ParseException(query, span, what);
  }
}
