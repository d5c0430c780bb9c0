package dev.gori.promql.syntax;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A recursive-descent parser of expressions, with precedence climbing for binary operators.
final class Parser {

  private final String query;
  private final TokenStream tokens;
  private final SelectorParser selectors;
  private final DurationParser durations;
  private final MatchingParser matchings;
  private final PostfixParser postfixes;
  private int aggregates;

  Parser(String query, boolean experimental) {
    this.query = query;
    this.tokens = new TokenStream(query, experimental);
    this.selectors = new SelectorParser(tokens);
    this.durations = new DurationParser(tokens);
    this.matchings = new MatchingParser(tokens);
    this.postfixes = new PostfixParser(tokens, durations);
  }

  Expr read() {
    if (tokens.peek().kind() == Token.Kind.END) {
      throw tokens.problem(new Span(0, 0), "no expression found in input");
    }
    var expr = expression(0);
    if (tokens.peek().kind() != Token.Kind.END) {
      throw tokens.unexpected(context(), "");
    }
    new TypeCheck(query).check(expr);
    return expr;
  }

  Expr.VectorSelector readSelector() {
    var first = tokens.peek();
    if (!first.is("{") && (first.kind() != Token.Kind.IDENTIFIER || first.isReserved())) {
      throw tokens.unexpected("", "");
    }
    var selector = first.is("{") ? selectors.unnamed() : selectors.named();
    if (tokens.peek().kind() != Token.Kind.END) {
      throw tokens.unexpected(context(), "");
    }
    new TypeCheck(query).selector(selector);
    return selector;
  }

  private Expr expression(int binding) {
    tokens.descend();
    var expr = operators(binding);
    tokens.ascend();
    return expr;
  }

  private Expr operators(int binding) {
    var left = unary();
    while (true) {
      var op = operator();
      if (op.isEmpty() || op.get().binding() < binding) {
        return left;
      }
      var modifiersStart = tokens.take();
      tokens.countOperator(modifiersStart);
      var modifiers = matchings.modifiers(op.get());
      if (tokens.peek().kind() == Token.Kind.END) {
        throw tokens.unexpected(context(), "");
      }
      var right =
          expression(op.get().isRightAssociative() ? op.get().binding() : op.get().binding() + 1);
      left = binary(left, right, op.get(), modifiers, modifiersStart);
    }
  }

  private Expr binary(
      Expr left, Expr right, BinaryOp op, MatchingParser.Modifiers modifiers, Token opToken) {
    var span = left.span().to(right.span());
    boolean vectors = left.type() == ValueType.VECTOR && right.type() == ValueType.VECTOR;
    var matching = modifiers.matching();
    checkModifiers(left, right, op, modifiers, opToken);
    return new Expr.Binary(
        span,
        op,
        left,
        right,
        modifiers.returnsBool(),
        vectors ? Optional.of(matching) : Optional.empty());
  }

  private void checkModifiers(
      Expr left, Expr right, BinaryOp op, MatchingParser.Modifiers modifiers, Token opToken) {
    boolean vectors = left.type() == ValueType.VECTOR && right.type() == ValueType.VECTOR;
    boolean scalars = left.type() == ValueType.SCALAR && right.type() == ValueType.SCALAR;
    var matching = modifiers.matching();
    boolean fills = matching.fillLeft().isPresent() || matching.fillRight().isPresent();
    if (fills && !tokens.isExperimental()) {
      throw tokens.problem(left.span(), "binop fill modifiers are experimental and not enabled");
    }
    if (fills && op.isSet()) {
      throw tokens.problem(left.span(), "filling in missing series not allowed for set operators");
    }
    if (modifiers.returnsBool() && !op.isComparison()) {
      throw tokens.problem(
          opToken.span(), "bool modifier can only be used on comparison operators");
    }
    if (op.isComparison() && !modifiers.returnsBool() && scalars) {
      throw tokens.problem(opToken.span(), "comparisons between scalars must use BOOL modifier");
    }
    if (!vectors && !matching.labels().isEmpty()) {
      throw tokens.problem(left.span(), "vector matching only allowed between instant vectors");
    }
    if (!vectors && fills) {
      throw tokens.problem(
          left.span(), "filling in missing series only allowed between instant vectors");
    }
    for (var label : matching.include()) {
      if (matching.on() && matching.labels().contains(label)) {
        throw tokens.problem(
            opToken.span(),
            "label \"%s\" must not occur in ON and GROUP clause at once".formatted(label));
      }
    }
  }

  private Optional<BinaryOp> operator() {
    var token = tokens.peek();
    return switch (token.kind()) {
      case SYMBOL, IDENTIFIER -> BinaryOp.of(token.text());
      case NUMBER, DURATION, STRING, END -> Optional.empty();
    };
  }

  private Expr unary() {
    var sign = tokens.peek();
    if (!tokens.takeIf("-") && !tokens.takeIf("+")) {
      return postfixes.after(primary());
    }
    boolean negative = sign.text().equals("-");
    var inner = expression(BinaryOp.POWER.binding());
    var span = sign.span().to(inner.span());
    if (inner instanceof Expr.NumberLiteral(_, var value, var isDuration)) {
      return new Expr.NumberLiteral(
          span, negative && !(isDuration && value == 0) ? -value : value, isDuration);
    }
    return new Expr.Unary(span, negative, inner);
  }

  private Expr primary() {
    var token = tokens.peek();
    return switch (token.kind()) {
      case NUMBER ->
          new Expr.NumberLiteral(tokens.take().span(), NumberLiterals.number(token, tokens), false);
      case DURATION ->
          new Expr.NumberLiteral(tokens.take().span(), NumberLiterals.seconds(token, tokens), true);
      case STRING -> new Expr.StringLiteral(tokens.take().span(), token.text());
      case IDENTIFIER -> word(token);
      case SYMBOL -> symbol(token);
      case END -> throw tokens.unexpected(context(), "");
    };
  }

  private Expr symbol(Token token) {
    if (token.is("{")) {
      return selectors.unnamed();
    }
    if (!token.is("(")) {
      throw tokens.unexpected(context(), "");
    }
    tokens.take();
    var inner = expression(0);
    if (!tokens.peek().is(")")) {
      throw tokens.unexpected(context(), "");
    }
    var end = tokens.take();
    return new Expr.Paren(token.span().to(end.span()), inner);
  }

  private Expr word(Token token) {
    if (token.isReserved()) {
      throw tokens.unexpected(context(), "");
    }
    var next = tokens.peekAfter();
    if (token.isNumberWord()) {
      tokens.take();
      return new Expr.NumberLiteral(
          token.span(), token.isWord("inf") ? Double.POSITIVE_INFINITY : Double.NaN, false);
    }
    var aggregate = AggregateOp.of(token.text());
    if (aggregate.isPresent() && (next.is("(") || next.isWord("by") || next.isWord("without"))) {
      return aggregate(aggregate.get());
    }
    return next.is("(") && token.canNameFunction() ? call() : selectors.named();
  }

  private Expr aggregate(AggregateOp op) {
    var start = tokens.take().span();
    if (op.isExperimental()) {
      tokens.needsExperimental(start, op.text() + "()");
    }
    boolean before = isGrouping();
    var grouping = before ? grouping() : new Grouping(List.of(), false);
    if (!tokens.peek().is("(")) {
      throw tokens.unexpected("aggregation", "");
    }
    aggregates++;
    var args = arguments();
    aggregates--;
    if (!before && isGrouping()) {
      grouping = grouping();
    }
    var span = start.to(tokens.last().span());
    int wanted = op.parameter() == ValueType.NONE ? 1 : 2;
    if (args.isEmpty()) {
      throw tokens.problem(span, "no arguments for aggregate expression provided");
    }
    if (args.size() != wanted) {
      throw tokens.problem(
          span,
          "wrong number of arguments for aggregate expression provided, expected %d, got %d"
              .formatted(wanted, args.size()));
    }
    Optional<Expr> parameter = wanted == 2 ? Optional.of(args.getFirst()) : Optional.empty();
    return new Expr.Aggregate(
        span, op, parameter, args.getLast(), grouping.labels, grouping.without);
  }

  /// The construct that an unexpected token is in, as messages name it.
  private String context() {
    return aggregates > 0 ? "aggregation" : "";
  }

  private record Grouping(List<String> labels, boolean without) {}

  private boolean isGrouping() {
    return tokens.peek().isWord("by") || tokens.peek().isWord("without");
  }

  private Grouping grouping() {
    boolean without = tokens.take().isWord("without");
    return new Grouping(matchings.labelList(), without);
  }

  private Expr call() {
    var name = tokens.take();
    var args = arguments();
    var signature =
        Signatures.of(name.text())
            .or(
                () ->
                    Signatures.of(name.lower())
                        .filter(Signature::experimental)
                        .filter(s -> s.args().isEmpty()))
            .orElseThrow(
                () ->
                    tokens.problem(
                        name.span(), "unknown function with name \"%s\"".formatted(name.text())));
    if (signature.experimental() && !tokens.isExperimental()) {
      throw tokens.problem(name.span(), "function \"%s\" is not enabled".formatted(name.text()));
    }
    return new Expr.Call(name.span().to(tokens.last().span()), signature, args);
  }

  private List<Expr> arguments() {
    if (!tokens.takeIf("(")) {
      throw tokens.unexpected(context(), "");
    }
    var args = new ArrayList<Expr>();
    if (tokens.takeIf(")")) {
      return args;
    }
    while (true) {
      args.add(expression(0));
      if (tokens.takeIf(")")) {
        return args;
      }
      if (!tokens.takeIf(",")) {
        throw tokens.unexpected(context(), "");
      }
      if (!beginsExpression(tokens.peek())) {
        throw tokens.problem(
            tokens.last().span(), "trailing commas not allowed in function call args");
      }
    }
  }

  private static boolean beginsExpression(Token token) {
    return switch (token.kind()) {
      case NUMBER, DURATION, STRING -> true;
      case IDENTIFIER -> !token.isReserved();
      case SYMBOL -> token.is("(") || token.is("{") || token.is("+") || token.is("-");
      case END -> false;
    };
  }
}
