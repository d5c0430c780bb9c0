package dev.gori.logs.logql;

import dev.gori.kernel.gotext.GoString;
import java.util.ArrayList;
import java.util.List;

/// Splits a query into tokens. Comments run from `#` to the end of the line.
final class Lexer {

  private static final String[] SYMBOLS = {
    "|=", "|~", "|>", "!=", "!~", "!>", "=~", "==", ">=", "<=", "{", "}", "(", ")", "[", "]", ",",
    "=", ">", "<", "+", "-", "*", "/", "%", "^", "|", ":"
  };

  private final String text;
  private int at;

  private Lexer(String text) {
    this.text = text;
  }

  static List<Token> tokens(String text) {
    var lexer = new Lexer(text);
    var tokens = new ArrayList<Token>();
    Token token;
    do {
      token = lexer.next();
      tokens.add(token);
    } while (token.kind() != Token.Kind.END);
    return tokens;
  }

  private Token next() {
    skip();
    if (at >= text.length()) {
      return new Token(Token.Kind.END, "", text.length());
    }
    char c = text.charAt(at);
    if (c == '"' || c == '`' || c == '\'') {
      return quoted(c);
    }
    if (isNameStart(c)) {
      return run(Token.Kind.IDENTIFIER);
    }
    if (c >= '0' && c <= '9'
        || c == '.' && at + 1 < text.length() && Character.isDigit(text.charAt(at + 1))) {
      return number();
    }
    if (text.startsWith("--", at) && at + 2 < text.length() && isNameStart(text.charAt(at + 2))) {
      int start = at;
      at += 2;
      while (at < text.length() && (isNamePart(text.charAt(at)) || text.charAt(at) == '-')) {
        at++;
      }
      return new Token(Token.Kind.FLAG, text.substring(start, at), start);
    }
    for (var sign : SYMBOLS) {
      if (text.startsWith(sign, at)) {
        at += sign.length();
        return new Token(Token.Kind.SYMBOL, sign, at - sign.length());
      }
    }
    throw error(text, at, "'" + c + "' is not a LogQL character");
  }

  private void skip() {
    while (at < text.length()) {
      if (text.charAt(at) == '#') {
        while (at < text.length() && text.charAt(at) != '\n') {
          at++;
        }
      } else if (Character.isWhitespace(text.charAt(at))) {
        at++;
      } else {
        return;
      }
    }
  }

  private Token run(Token.Kind kind) {
    int start = at;
    while (at < text.length() && isNamePart(text.charAt(at))) {
      at++;
    }
    return new Token(kind, text.substring(start, at), start);
  }

  private Token number() {
    int start = at;
    while (at < text.length()
        && (isNamePart(text.charAt(at)) || text.charAt(at) == '.' || isExponentSign(start))) {
      at++;
    }
    return new Token(Token.Kind.NUMBER, text.substring(start, at), start);
  }

  private boolean isExponentSign(int start) {
    char c = text.charAt(at);
    char before = text.charAt(at - (at > start ? 1 : 0));
    return (c == '+' || c == '-') && (before == 'e' || before == 'E') && at > start;
  }

  private Token quoted(char quote) {
    int start = at++;
    while (at < text.length() && text.charAt(at) != quote) {
      at += text.charAt(at) == '\\' && quote != '`' ? 2 : 1;
    }
    if (at >= text.length()) {
      throw error(text, start, "unterminated string (expected: a closing " + quote + ")");
    }
    var raw = text.substring(start + 1, at++);
    try {
      return new Token(Token.Kind.STRING, quote == '`' ? raw : GoString.unquote(raw), start);
    } catch (IllegalArgumentException e) {
      throw error(
          text,
          start,
          e.getMessage()
              + " (expected: one of \\n \\t \\r \\\\ \\\" \\xHH \\uHHHH; or a string in backticks)");
    }
  }

  private static boolean isNameStart(char c) {
    return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_';
  }

  private static boolean isNamePart(char c) {
    return isNameStart(c) || c >= '0' && c <= '9' || c == 'µ' || c == 'μ';
  }

  static LogQlException error(String text, int at, String reason) {
    int line = 1;
    int start = 0;
    for (int i = 0; i < at && i < text.length(); i++) {
      if (text.charAt(i) == '\n') {
        line++;
        start = i + 1;
      }
    }
    return new LogQlException(line, at - start + 1, reason);
  }
}
