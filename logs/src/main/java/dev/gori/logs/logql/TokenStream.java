package dev.gori.logs.logql;

import java.util.List;
import java.util.function.Supplier;

/// The tokens of a query with a cursor, and errors with the position of a token.
final class TokenStream {

  private final String text;
  private final List<Token> tokens;
  private int at;

  TokenStream(String text) {
    this.text = text;
    this.tokens = Lexer.tokens(text);
  }

  Token peek() {
    return tokens.get(at);
  }

  Token peekAfter() {
    return tokens.get(Math.min(at + 1, tokens.size() - 1));
  }

  Token next() {
    var token = tokens.get(at);
    if (token.kind() != Token.Kind.END) {
      at++;
    }
    return token;
  }

  boolean isSymbol(String sign) {
    return peek().isSymbol(sign);
  }

  boolean takeSymbol(String sign) {
    if (peek().isSymbol(sign)) {
      next();
      return true;
    }
    return false;
  }

  boolean takeIdentifier(String name) {
    if (peek().isIdentifier(name)) {
      next();
      return true;
    }
    return false;
  }

  void expectSymbol(String sign) {
    if (!takeSymbol(sign)) {
      throw unexpected("'" + sign + "'");
    }
  }

  String expectIdentifier(String what) {
    if (peek().kind() != Token.Kind.IDENTIFIER) {
      throw unexpected(what);
    }
    return next().text();
  }

  String expectString(String what) {
    if (peek().kind() != Token.Kind.STRING) {
      throw unexpected(what);
    }
    return next().text();
  }

  LogQlException unexpected(String expected) {
    return error(peek(), "%s (expected: %s)".formatted(peek().shown(), expected));
  }

  LogQlException error(Token token, String reason) {
    return Lexer.error(text, token.at(), reason);
  }

  /// Runs work that may reject a value, and reports the error at the token.
  <T> T checked(Token token, Supplier<T> work) {
    try {
      return work.get();
    } catch (IllegalArgumentException e) {
      throw error(token, String.valueOf(e.getMessage()));
    }
  }
}
