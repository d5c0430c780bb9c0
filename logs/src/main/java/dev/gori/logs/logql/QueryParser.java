package dev.gori.logs.logql;

import com.google.re2j.PatternSyntaxException;
import dev.gori.kernel.label.Regex;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Parses a query by recursive descent.
final class QueryParser {

  private static final int MAX_DEPTH = 100;

  private final TokenStream tokens;
  private final PipelineParser logs;
  private int depth;

  private QueryParser(String text, LineTemplates templates) {
    this.tokens = new TokenStream(text);
    this.logs = new PipelineParser(tokens, templates);
  }

  static Expr parse(String text, LineTemplates templates) {
    var parser = new QueryParser(text, templates);
    var expr = parser.binary(0);
    if (parser.tokens.peek().kind() != Token.Kind.END) {
      throw parser.tokens.unexpected("the end of the query or an operator");
    }
    return expr;
  }

  private Expr binary(int level) {
    if (level == BinaryOp.LEVELS) {
      return operand();
    }
    var left = binary(level + 1);
    for (var op = operator(level); op != null; op = operator(level)) {
      var sign = tokens.next();
      boolean bool = tokens.takeIdentifier("bool");
      var matching = matching();
      var right = binary(op.isRightAssociative() ? level : level + 1);
      left = join(sign, op, bool, matching, metric(sign, left), metric(sign, right));
    }
    return left;
  }

  private @Nullable BinaryOp operator(int level) {
    return BinaryOp.at(level, tokens.peek());
  }

  private Expr.Metric metric(Token where, Expr expr) {
    if (expr instanceof Expr.Metric metric) {
      return metric;
    }
    throw tokens.error(
        where,
        "a log query as an operand of '%s' (expected: a metric query, such as count_over_time(%s [5m]))"
            .formatted(where.text(), expr));
  }

  private Expr.Metric join(
      Token sign,
      BinaryOp op,
      boolean bool,
      Expr.Matching matching,
      Expr.Metric left,
      Expr.Metric right) {
    if (bool && !op.isComparison()) {
      throw tokens.error(
          sign, "'bool' after '%s' (expected: only after a comparison)".formatted(sign.text()));
    }
    boolean scalar = left instanceof Expr.Number || right instanceof Expr.Number;
    if (scalar && op.isSet()) {
      throw tokens.error(
          sign, "'%s' with a number (expected: vectors on both sides)".formatted(sign.text()));
    }
    if (left instanceof Expr.Number(double a) && right instanceof Expr.Number(double b)) {
      return new Expr.Number(op.apply(a, b));
    }
    return new Expr.Binary(op, bool, matching, left, right);
  }

  private Expr.Matching matching() {
    boolean on = tokens.peek().isIdentifier("on");
    if (!on && !tokens.peek().isIdentifier("ignoring")) {
      return Expr.Matching.ALL;
    }
    tokens.next();
    var labels = names();
    boolean left = tokens.peek().isIdentifier("group_left");
    if (!left && !tokens.peek().isIdentifier("group_right")) {
      return new Expr.Matching(on, labels, Expr.Matching.Side.NEITHER, List.of());
    }
    tokens.next();
    var include = tokens.isSymbol("(") ? names() : List.<String>of();
    return new Expr.Matching(
        on, labels, left ? Expr.Matching.Side.LEFT : Expr.Matching.Side.RIGHT, include);
  }

  private List<String> names() {
    tokens.expectSymbol("(");
    var names = new ArrayList<String>();
    while (!tokens.isSymbol(")")) {
      names.add(tokens.expectIdentifier("a label name"));
      if (!tokens.takeSymbol(",") && !tokens.isSymbol(")")) {
        throw tokens.unexpected("',' or ')'");
      }
    }
    tokens.next();
    return List.copyOf(names);
  }

  private Expr operand() {
    var token = tokens.peek();
    if (++depth > MAX_DEPTH) {
      throw tokens.error(
          token, "more than %d levels of parentheses (expected: fewer)".formatted(MAX_DEPTH));
    }
    try {
      return switch (token.kind()) {
        case NUMBER -> number(1);
        case SYMBOL -> signed(token);
        case IDENTIFIER -> function(token);
        case STRING, FLAG, END ->
            throw tokens.unexpected(
                "a selector such as {app=\"serving\"}, or a function such as rate(…)");
      };
    } finally {
      depth--;
    }
  }

  private Expr signed(Token token) {
    if (token.text().equals("{")) {
      return log();
    }
    if (tokens.takeSymbol("(")) {
      var inner = binary(0);
      tokens.expectSymbol(")");
      return inner instanceof Expr.Log log
          ? new Expr.Log(log.matchers(), joined(log.stages(), logs.stages()))
          : inner;
    }
    if (tokens.takeSymbol("-") || tokens.takeSymbol("+")) {
      if (tokens.peek().kind() == Token.Kind.NUMBER) {
        return number(token.text().equals("-") ? -1 : 1);
      }
      throw tokens.unexpected("a number after the sign");
    }
    throw tokens.unexpected("a selector such as {app=\"serving\"}, or a function such as rate(…)");
  }

  private Expr.Log log() {
    var matchers = logs.selector();
    var token = tokens.peek();
    var log = new Expr.Log(matchers, logs.stages());
    if (log.unwraps()) {
      throw tokens.error(
          token,
          "unwrap outside of a range aggregation (expected: such as sum_over_time(… | unwrap bytes [5m]))");
    }
    return log;
  }

  private static List<Stage> joined(List<Stage> first, List<Stage> second) {
    var all = new ArrayList<>(first);
    all.addAll(second);
    return List.copyOf(all);
  }

  private Expr.Number number(int sign) {
    var token = tokens.next();
    var value = Units.number(token.text());
    if (value.isEmpty()) {
      throw tokens.error(token, "'%s' (expected: a number)".formatted(token.text()));
    }
    return new Expr.Number(sign * value.getAsDouble());
  }

  private Expr function(Token token) {
    var upper = token.text().toUpperCase(Locale.ROOT);
    boolean lower = token.text().equals(token.text().toLowerCase(Locale.ROOT));
    for (var op : Expr.RangeOp.values()) {
      if (lower && op.name().equals(upper)) {
        return range(tokens.next(), op);
      }
    }
    for (var op : Expr.VectorOp.values()) {
      if (lower && op.name().equals(upper)) {
        return aggregate(tokens.next(), op);
      }
    }
    return switch (token.text()) {
      case "vector" -> constant();
      case "label_replace" -> labelReplace();
      default ->
          throw tokens.error(
              token,
              "unknown function '%s' (expected: such as count_over_time, rate, sum or topk)"
                  .formatted(token.text()));
    };
  }

  private Expr.RangeAggregation range(Token name, Expr.RangeOp op) {
    tokens.expectSymbol("(");
    double parameter = 0;
    if (op == Expr.RangeOp.QUANTILE_OVER_TIME) {
      parameter = number(1).value();
      tokens.expectSymbol(",");
    }
    var window = window(name);
    long offset = 0;
    if (tokens.takeIdentifier("offset")) {
      offset = (tokens.takeSymbol("-") ? -1 : 1) * duration("an offset such as 5m");
    }
    tokens.expectSymbol(")");
    var grouping = grouping();
    check(name, op, window.log(), grouping);
    return new Expr.RangeAggregation(op, window.log(), window.nanos(), offset, parameter, grouping);
  }

  private record Window(Expr.Log log, long nanos) {}

  /// `{…} | … [5m]`, `({…} | …)[5m]`, `{…}[5m] | …`
  private Window window(Token name) {
    if (tokens.takeSymbol("(")) {
      var inner = window(name, logs.selector(), true);
      tokens.expectSymbol(")");
      return inner.nanos() > 0 ? inner : new Window(inner.log(), brackets(name));
    }
    if (!tokens.isSymbol("{")) {
      throw tokens.unexpected("a selector such as {app=\"serving\"}");
    }
    return window(name, logs.selector(), false);
  }

  private Window window(
      Token name, List<dev.gori.kernel.label.Matcher> matchers, boolean mayFollow) {
    if (tokens.isSymbol("[")) {
      long nanos = brackets(name);
      return new Window(new Expr.Log(matchers, logs.stages()), nanos);
    }
    var log = new Expr.Log(matchers, List.copyOf(logs.stages()));
    return new Window(log, mayFollow && !tokens.isSymbol("[") ? 0 : brackets(name));
  }

  private long brackets(Token name) {
    if (!tokens.takeSymbol("[")) {
      throw tokens.error(
          name,
          "%s needs a range, such as %s({app=\"serving\"}[5m])"
              .formatted(name.text(), name.text()));
    }
    long nanos = duration("a range such as 5m");
    tokens.expectSymbol("]");
    return nanos;
  }

  private long duration(String what) {
    var token = tokens.next();
    var nanos = Units.duration(token.text());
    if (token.kind() != Token.Kind.NUMBER || nanos.isEmpty() || nanos.getAsLong() <= 0) {
      throw tokens.error(token, "%s (expected: %s)".formatted(token.shown(), what));
    }
    return nanos.getAsLong();
  }

  private void check(Token name, Expr.RangeOp op, Expr.Log log, Expr.@Nullable Grouping grouping) {
    if (op.needsUnwrap && !log.unwraps()) {
      throw tokens.error(
          name,
          "%s without unwrap (expected: such as %s(… | unwrap bytes [5m]))"
              .formatted(name.text(), name.text()));
    }
    if (!op.needsUnwrap
        && log.unwraps()
        && op != Expr.RangeOp.RATE
        && op != Expr.RangeOp.ABSENT_OVER_TIME) {
      throw tokens.error(
          name,
          "%s with unwrap (expected: no unwrap, since it counts lines)".formatted(name.text()));
    }
    if (grouping != null && !op.takesGrouping) {
      throw tokens.error(
          name,
          "%s with %s (expected: no grouping; put sum %s (…) around it)"
              .formatted(name.text(), grouping, grouping));
    }
  }

  private Expr.@Nullable Grouping grouping() {
    boolean without = tokens.peek().isIdentifier("without");
    if (!without && !tokens.peek().isIdentifier("by")) {
      return null;
    }
    tokens.next();
    return new Expr.Grouping(without, names());
  }

  private Expr.VectorAggregation aggregate(Token name, Expr.VectorOp op) {
    var grouping = grouping();
    tokens.expectSymbol("(");
    int parameter = 0;
    if (op.takesNumber()) {
      var token = tokens.peek();
      double wanted = number(1).value();
      if (wanted != Math.rint(wanted) || wanted < 1 || wanted > 100_000) {
        throw tokens.error(
            token,
            "%s with %s (expected: a whole number from 1)".formatted(name.text(), token.text()));
      }
      parameter = (int) wanted;
      tokens.expectSymbol(",");
    }
    var inner = metric(name, binary(0));
    tokens.expectSymbol(")");
    if (grouping == null) {
      grouping = grouping();
    }
    return new Expr.VectorAggregation(op, parameter, grouping, inner);
  }

  private Expr constant() {
    tokens.next();
    tokens.expectSymbol("(");
    double sign = tokens.takeSymbol("-") ? -1 : 1;
    var value = number(1).value();
    tokens.expectSymbol(")");
    return new Expr.Constant(sign * value);
  }

  private Expr labelReplace() {
    var name = tokens.next();
    tokens.expectSymbol("(");
    var of = metric(name, binary(0));
    tokens.expectSymbol(",");
    var target = tokens.expectString("the quoted target label");
    tokens.expectSymbol(",");
    var replacement = tokens.expectString("the quoted replacement");
    tokens.expectSymbol(",");
    var source = tokens.expectString("the quoted source label");
    tokens.expectSymbol(",");
    var token = tokens.peek();
    var regex = tokens.expectString("a quoted regular expression");
    tokens.expectSymbol(")");
    try {
      return new Expr.LabelReplace(of, target, replacement, source, Regex.unanchored(regex));
    } catch (PatternSyntaxException e) {
      throw tokens.error(token, "regular expression '%s': %s".formatted(regex, e.getDescription()));
    }
  }
}
