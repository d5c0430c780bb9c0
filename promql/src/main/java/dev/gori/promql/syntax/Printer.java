package dev.gori.promql.syntax;

import dev.gori.kernel.gotext.GoFloat;
import dev.gori.kernel.gotext.GoString;
import dev.gori.kernel.gotext.PrometheusDuration;
import dev.gori.kernel.label.Labels;
import dev.gori.kernel.label.Matcher;
import dev.gori.promql.syntax.Expr.At;
import dev.gori.promql.syntax.Expr.Cardinality;
import dev.gori.promql.syntax.Expr.Matching;
import dev.gori.promql.syntax.Expr.RangeModifier;
import dev.gori.promql.syntax.Expr.Shift;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// Prints an expression on one line; parsing the text gives the same expression.
final class Printer {

  private Printer() {}

  static String print(Expr expr) {
    return switch (expr) {
      case Expr.NumberLiteral(_, var value, var isDuration) ->
          isDuration ? duration(value) : GoFloat.decimal(value);
      case Expr.StringLiteral(_, var value) -> GoString.quote(value);
      case Expr.VectorSelector v ->
          selector(v) + at(v.shift()) + extent(v.extent()) + offset(v.shift());
      case Expr.MatrixSelector(_, var v, var range) ->
          selector(v) + "[" + duration(range) + "]" + extent(v.extent()) + shift(v.shift());
      case Expr.Subquery s -> print(s.inner()) + brackets(s) + shift(s.shift());
      case Expr.Unary(_, var negative, var inner) -> (negative ? "-" : "+") + print(inner);
      case Expr.Paren(_, var inner) -> "(" + print(inner) + ")";
      case Expr.Binary b -> chain(b);
      case Expr.Aggregate a ->
          aggregateHead(a)
              + "("
              + a.children().stream().map(Printer::print).collect(Collectors.joining(", "))
              + ")";
      case Expr.Call(_, var function, var args) ->
          function.name()
              + "("
              + args.stream().map(Printer::print).collect(Collectors.joining(", "))
              + ")";
    };
  }

  /// A chain of operators nests to the left as deep as it is long; a loop avoids one stack frame
  /// for each.
  private static String chain(Expr.Binary last) {
    var parts = new ArrayDeque<String>();
    var first = last;
    parts.add(right(last));
    while (first.left() instanceof Expr.Binary before) {
      parts.addFirst(right(before));
      first = before;
    }
    return left(first) + String.join("", parts);
  }

  private static String right(Expr.Binary b) {
    return " " + operator(b) + " " + print(b.right());
  }

  /// A sign before `^` would apply to the whole power.
  private static String left(Expr.Binary b) {
    boolean isBase = b.op() == BinaryOp.POWER && b.left() instanceof Expr.NumberLiteral;
    return isBase ? print(b.left()).replace("+", "") : print(b.left());
  }

  static String brackets(Expr.Subquery s) {
    return "[" + duration(s.range()) + ":" + s.step().map(Printer::duration).orElse("") + "]";
  }

  static String operator(Expr.Binary b) {
    return b.op().text()
        + (b.returnsBool() ? " bool" : "")
        + b.matching().map(Printer::matching).orElse("");
  }

  private static String matching(Matching m) {
    var text = new StringBuilder();
    if (m.on() || !m.labels().isEmpty()) {
      text.append(m.on() ? " on (" : " ignoring (").append(labels(m.labels())).append(')');
    }
    if (m.cardinality() == Cardinality.MANY_TO_ONE || m.cardinality() == Cardinality.ONE_TO_MANY) {
      text.append(m.cardinality() == Cardinality.MANY_TO_ONE ? " group_left (" : " group_right (")
          .append(labels(m.include()))
          .append(')');
    }
    if (m.fillLeft().isPresent()
        && m.fillRight().isPresent()
        && m.fillLeft().get().doubleValue() == m.fillRight().get()) {
      return text.append(" fill (")
          .append(GoFloat.decimal(m.fillLeft().get()))
          .append(')')
          .toString();
    }
    m.fillLeft().ifPresent(v -> text.append(" fill_left (").append(GoFloat.decimal(v)).append(')'));
    m.fillRight()
        .ifPresent(v -> text.append(" fill_right (").append(GoFloat.decimal(v)).append(')'));
    return text.toString();
  }

  /// Operator and grouping, such as `sum by (job) `.
  static String aggregateHead(Expr.Aggregate a) {
    if (a.without()) {
      return a.op().text() + " without (" + labels(a.grouping()) + ") ";
    }
    return a.grouping().isEmpty()
        ? a.op().text()
        : a.op().text() + " by (" + labels(a.grouping()) + ") ";
  }

  private static String labels(List<String> names) {
    return names.stream().map(Printer::label).collect(Collectors.joining(", "));
  }

  private static String label(String name) {
    return isPlain(name, false) ? name : GoString.quote(name);
  }

  private static boolean isPlain(String name, boolean colons) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean letter =
          (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (colons && c == ':');
      if (!letter && (i == 0 || c < '0' || c > '9')) {
        return false;
      }
    }
    return !name.isEmpty();
  }

  static String selector(Expr.VectorSelector v) {
    var inside = new ArrayList<String>();
    for (var m : v.matchers()) {
      boolean isName =
          m.name().equals(Labels.NAME) && m.op() == Matcher.Op.EQUAL && m.value().equals(v.name());
      if (!isName) {
        inside.add(label(m.name()) + m.op().text() + GoString.quote(m.value()));
      }
    }
    inside.sort(null);
    return inside.isEmpty() && !v.name().isEmpty()
        ? v.name()
        : v.name() + "{" + String.join(",", inside) + "}";
  }

  private static String extent(RangeModifier extent) {
    return extent == RangeModifier.PLAIN ? "" : " " + extent.name().toLowerCase(Locale.ROOT);
  }

  static String shift(Shift shift) {
    return at(shift) + offset(shift);
  }

  private static String at(Shift shift) {
    return shift
        .at()
        .map(
            a ->
                switch (a) {
                  case At.Millis(var millis) ->
                      String.format(Locale.ROOT, " @ %.3f", millis / 1000.0);
                  case At.Start() -> " @ start()";
                  case At.End() -> " @ end()";
                })
        .orElse("");
  }

  private static String offset(Shift shift) {
    return shift.offset().map(o -> " offset " + duration(o)).orElse("");
  }

  static String duration(DurationExpr duration) {
    return duration instanceof DurationExpr.Literal(_, var seconds, _)
        ? duration(seconds)
        : part(duration);
  }

  /// An operand of a duration expression, in which a number without a unit has none when printed.
  private static String part(DurationExpr duration) {
    return switch (duration) {
      case DurationExpr.Literal(_, var seconds, var plain) ->
          plain ? GoFloat.decimal(seconds) : duration(seconds);
      case DurationExpr.Negated(_, var inner) -> "-" + part(inner);
      case DurationExpr.Calculated(_, var op, var left, var right) ->
          part(left) + " " + op.text() + " " + part(right);
      case DurationExpr.Grouped(_, var inner) -> "(" + part(inner) + ")";
      case DurationExpr.Step _ -> "step()";
      case DurationExpr.Range _ -> "range()";
      case DurationExpr.Extreme(_, var maximum, var left, var right) ->
          (maximum ? "max_of(" : "min_of(") + part(left) + ", " + part(right) + ")";
    };
  }

  private static String duration(double seconds) {
    return PrometheusDuration.format(Duration.ofMillis(Math.round(seconds * 1000)));
  }
}
