package dev.gori.metrics.api;

import dev.gori.base.json.Json;
import dev.gori.kernel.gotext.GoFloat;
import dev.gori.kernel.label.Matcher;
import dev.gori.promql.syntax.DurationExpr;
import dev.gori.promql.syntax.Expr;
import dev.gori.promql.syntax.ValueType;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A query's syntax tree as JSON for Prometheus's UI.
final class AstJson {

  private AstJson() {}

  static Map<String, @Nullable Object> of(Expr expr) {
    return new TreeMap<>(node(expr));
  }

  private static Map<String, @Nullable Object> node(Expr expr) {
    return switch (expr) {
      case Expr.NumberLiteral(_, double value, _) ->
          Json.object("type", "numberLiteral", "val", GoFloat.decimal(value));
      case Expr.StringLiteral(_, var value) -> Json.object("type", "stringLiteral", "val", value);
      case Expr.Paren(_, var inner) -> Json.object("type", "parenExpr", "expr", of(inner));
      case Expr.Unary(_, boolean negative, var inner) ->
          Json.object("type", "unaryExpr", "op", negative ? "-" : "+", "expr", of(inner));
      case Expr.VectorSelector selector ->
          selector(selector, Json.object("type", "vectorSelector"));
      case Expr.MatrixSelector(_, var vector, var range) -> {
        var json = selector(vector, Json.object("type", "matrixSelector"));
        length(json, "range", Optional.of(range));
        yield json;
      }
      case Expr.Subquery subquery -> {
        var json = Json.object("type", "subquery", "expr", of(subquery.inner()));
        length(json, "range", Optional.of(subquery.range()));
        length(json, "step", subquery.step());
        shift(json, subquery.shift());
        yield json;
      }
      case Expr.Binary binary -> binary(binary);
      case Expr.Aggregate aggregate ->
          Json.object(
              "type",
              "aggregation",
              "op",
              aggregate.op().text(),
              "expr",
              of(aggregate.inner()),
              "param",
              aggregate.parameter().map(AstJson::of).orElse(null),
              "grouping",
              aggregate.grouping(),
              "without",
              aggregate.without());
      case Expr.Call(_, var function, var args) ->
          Json.object(
              "type",
              "call",
              "func",
              new TreeMap<>(
                  Json.object(
                      "name",
                      function.name(),
                      "argTypes",
                      function.args().stream().map(ValueType::api).toList(),
                      "variadic",
                      function.variadic(),
                      "returnType",
                      function.returns().api())),
              "args",
              args.stream().map(AstJson::of).toList());
    };
  }

  private static Map<String, @Nullable Object> binary(Expr.Binary binary) {
    boolean vectors =
        binary.left().type() == ValueType.VECTOR && binary.right().type() == ValueType.VECTOR;
    var matching = binary.matching().orElse(Expr.Matching.PLAIN);
    var card = binary.op().isSet() ? Expr.Cardinality.MANY_TO_MANY : matching.cardinality();
    return Json.object(
        "type",
        "binaryExpr",
        "op",
        binary.op().text(),
        "lhs",
        of(binary.left()),
        "rhs",
        of(binary.right()),
        "bool",
        binary.returnsBool(),
        "matching",
        vectors
            ? new TreeMap<>(
                Json.object(
                    "card",
                    card.text(),
                    "labels",
                    matching.labels(),
                    "on",
                    matching.on(),
                    "include",
                    matching.include(),
                    "fillValues",
                    Json.object(
                        "lhs",
                        matching.fillLeft().orElse(null),
                        "rhs",
                        matching.fillRight().orElse(null))))
            : null);
  }

  private static Map<String, @Nullable Object> selector(
      Expr.VectorSelector selector, Map<String, @Nullable Object> json) {
    json.put("name", selector.name());
    json.put("matchers", selector.matchers().stream().map(AstJson::matcher).toList());
    json.put("anchored", selector.extent() == Expr.RangeModifier.ANCHORED);
    json.put("smoothed", selector.extent() == Expr.RangeModifier.SMOOTHED);
    shift(json, selector.shift());
    return json;
  }

  private static Map<String, @Nullable Object> matcher(Matcher matcher) {
    return Json.object(
        "name", matcher.name(), "type", matcher.op().text(), "value", matcher.value());
  }

  private static void shift(Map<String, @Nullable Object> json, Expr.Shift shift) {
    length(json, "offset", shift.offset());
    json.put(
        "timestamp",
        shift
            .at()
            .map(at -> at instanceof Expr.At.Millis(long millis) ? millis : null)
            .orElse(null));
    json.put(
        "startOrEnd",
        shift
            .at()
            .map(
                at ->
                    switch (at) {
                      case Expr.At.Start() -> "start";
                      case Expr.At.End() -> "end";
                      case Expr.At.Millis _ -> null;
                    })
            .orElse(null));
  }

  /// A duration in milliseconds, or 0 and the duration expression.
  private static void length(
      Map<String, @Nullable Object> json, String name, Optional<DurationExpr> length) {
    boolean plain = length.isEmpty() || isPlain(length.get());
    json.put(
        name, plain ? length.map(given -> Math.round(given.seconds(0, 0) * 1000)).orElse(0L) : 0L);
    json.put(name + "Expr", plain ? null : length.map(AstJson::duration).orElse(null));
  }

  private static boolean isPlain(DurationExpr length) {
    return length instanceof DurationExpr.Literal
        || (length instanceof DurationExpr.Negated(_, var inner)
            && inner instanceof DurationExpr.Literal);
  }

  private static Map<String, @Nullable Object> duration(DurationExpr length) {
    return switch (length) {
      case DurationExpr.Literal(_, double seconds, boolean plain) -> literal(seconds, plain);
      case DurationExpr.Negated(_, DurationExpr.Literal(_, double seconds, boolean plain)) ->
          literal(-seconds, plain);
      case DurationExpr.Negated(_, var inner) -> calculated("-", null, duration(inner), false);
      case DurationExpr.Calculated(_, var op, var left, var right) ->
          calculated(op.text(), duration(left), duration(right), false);
      case DurationExpr.Grouped(_, var inner) -> {
        var json = duration(inner);
        if (!json.containsKey("wrapped")) {
          yield calculated("+", null, json, true);
        }
        json.put("wrapped", true);
        yield json;
      }
      case DurationExpr.Step _ -> calculated("step", null, null, false);
      case DurationExpr.Range _ -> calculated("range", null, null, false);
      case DurationExpr.Extreme(_, boolean maximum, var left, var right) ->
          calculated(maximum ? "max_of" : "min_of", duration(left), duration(right), false);
    };
  }

  private static Map<String, @Nullable Object> literal(double seconds, boolean plain) {
    return Json.object(
        "duration", !plain, "type", "numberLiteral", "val", GoFloat.decimal(seconds));
  }

  private static Map<String, @Nullable Object> calculated(
      String op, @Nullable Object left, @Nullable Object right, boolean wrapped) {
    return Json.object(
        "lhs", left, "op", op, "rhs", right, "type", "durationExpr", "wrapped", wrapped);
  }

  /// All selectors of a query, in source order.
  static List<List<Matcher>> selectors(Expr expr) {
    return expr instanceof Expr.VectorSelector selector
        ? List.of(selector.matchers())
        : expr.children().stream().flatMap(child -> selectors(child).stream()).toList();
  }
}
