package dev.gori.promql.syntax;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The tokens of a query with the position of the parser.
final class TokenStream {

  private static final int MOST_LEVELS = 200;
  private static final int MOST_OPERATORS = 500;

  private final String query;
  private final List<Token> all;
  private final Optional<ParseException> problem;
  private final boolean experimental;
  private int at;
  private int depth;
  private int operators;

  TokenStream(String query, boolean experimental) {
    this.query = query;
    var words = Lexer.read(query);
    this.all = new ArrayList<>(words.tokens());
    this.problem = words.problem();
    if (problem.isPresent()) {
      all.add(new Token(Token.Kind.END, "", "", new Span(query.length(), query.length())));
    }
    this.experimental = experimental;
  }

  /// Enters a nested expression; rejects nesting that would exhaust the stack.
  void descend() {
    if (++depth > MOST_LEVELS) {
      throw problem(
          peek().span(), "expression is nested more than %d levels deep".formatted(MOST_LEVELS));
    }
  }

  void ascend() {
    depth--;
  }

  /// Counts an operator: evaluating a chain of operators recurses as deep as the chain is long.
  void countOperator(Token operator) {
    if (++operators > MOST_OPERATORS) {
      throw problem(
          operator.span(),
          "expression has more than %d binary operators".formatted(MOST_OPERATORS));
    }
  }

  /// The next token.
  ///
  /// @throws ParseException when the next characters are no token
  Token peek() {
    if (problem.isPresent() && at == all.size() - 1) {
      throw problem.get();
    }
    return all.get(at);
  }

  Token peekAfter() {
    return all.get(Math.min(at + 1, all.size() - 1));
  }

  Token take() {
    var token = peek();
    if (at < all.size() - 1) {
      at++;
    }
    return token;
  }

  /// The token read last.
  Token last() {
    return all.get(Math.max(0, at - 1));
  }

  boolean takeIf(String symbol) {
    boolean there = peek().is(symbol);
    if (there) {
      take();
    }
    return there;
  }

  boolean takeWord(String keyword) {
    boolean there = peek().isWord(keyword);
    if (there) {
      take();
    }
    return there;
  }

  Token expect(String symbol, String context) {
    return expect(symbol, context, '"' + symbol + '"');
  }

  Token expect(String symbol, String context, String expected) {
    if (!peek().is(symbol)) {
      throw unexpected(context, expected);
    }
    return take();
  }

  ParseException unexpected(String context, String expected) {
    return problem(
        peek().span(),
        "unexpected "
            + peek().description()
            + (context.isEmpty() ? "" : " in " + context)
            + (expected.isEmpty() ? "" : ", expected " + expected));
  }

  ParseException problem(Span span, String what) {
    return new ParseException(query, span, what);
  }

  void needsExperimental(Span span, String what) {
    if (!experimental) {
      throw problem(
          span,
          what
              + " is experimental and must be enabled with --enable-feature=promql-experimental-functions");
    }
  }

  boolean isExperimental() {
    return experimental;
  }
}
