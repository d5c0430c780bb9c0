package dev.gori.templates;

import dev.gori.kernel.gotext.GoString;
import dev.gori.templates.Token.Kind;
import java.util.ArrayList;
import java.util.List;

/// Splits a template into tokens. Spaces inside actions are tokens too, because `a .b` and `a.b`
/// differ.
final class Lexer {
  private static final String SPACES = " \t\r\n";

  private final String file;
  private final String text;
  private final List<Token> tokens = new ArrayList<>();
  private int at;
  private int line = 1;
  private boolean trimNext;
  private int depth;

  Lexer(String file, String text) {
    this.file = file;
    this.text = text;
  }

  List<Token> tokens() {
    while (at < text.length()) {
      int open = text.indexOf("{{", at);
      int end = open < 0 ? text.length() : open;
      boolean trims = open >= 0 && trimsAfter(open + 2);
      plain(end, trims);
      if (open < 0) {
        break;
      }
      at = open + 2;
      if (trims) {
        at++;
      }
      if (!comment(trims)) {
        action();
      }
    }
    add(Kind.END, "");
    return tokens;
  }

  private boolean trimsAfter(int place) {
    return place + 1 < text.length()
        && text.charAt(place) == '-'
        && SPACES.indexOf(text.charAt(place + 1)) >= 0;
  }

  private void plain(int end, boolean trimRight) {
    int from = at;
    int to = end;
    if (trimNext) {
      while (from < to && SPACES.indexOf(text.charAt(from)) >= 0) {
        from++;
      }
    }
    if (trimRight) {
      while (to > from && SPACES.indexOf(text.charAt(to - 1)) >= 0) {
        to--;
      }
    }
    countLines(at, from);
    if (to > from) {
      add(Kind.TEXT, text.substring(from, to));
    }
    countLines(from, end);
    trimNext = false;
    at = end;
  }

  private void countLines(int from, int to) {
    for (int i = from; i < to; i++) {
      if (text.charAt(i) == '\n') {
        line++;
      }
    }
  }

  /// Skips `/* … */}}`, with its trim marker when it has one.
  private boolean comment(boolean trimmed) {
    int start = at;
    while (trimmed && start < text.length() && SPACES.indexOf(text.charAt(start)) >= 0) {
      start++;
    }
    if (!text.startsWith("/*", start)) {
      return false;
    }
    int close = text.indexOf("*/", start + 2);
    if (close < 0) {
      throw fail("unclosed comment (expected: '*/}}')");
    }
    int end = close + 2;
    boolean trims =
        end < text.length()
            && SPACES.indexOf(text.charAt(end)) >= 0
            && text.startsWith("-}}", end + 1);
    if (!trims && !text.startsWith("}}", end)) {
      throw fail("comment ends before closing delimiter (expected: '*/}}')");
    }
    countLines(at, end);
    at = end + (trims ? 4 : 2);
    trimNext = trims;
    return true;
  }

  private void action() {
    add(Kind.LEFT, "{{");
    depth = 0;
    while (true) {
      if (at >= text.length()) {
        throw fail("unclosed action (expected: '}}')");
      }
      if (text.startsWith("}}", at)) {
        close(2);
        return;
      }
      if (SPACES.indexOf(text.charAt(at)) >= 0 && text.startsWith("-}}", at + 1)) {
        trimNext = true;
        close(4);
        return;
      }
      word();
    }
  }

  private void close(int length) {
    if (depth != 0) {
      throw fail("unclosed left paren (expected: ')')");
    }
    add(Kind.RIGHT, "}}");
    at += length;
  }

  private void word() {
    char c = text.charAt(at);
    switch (c) {
      case ' ', '\t', '\r', '\n' -> spaces();
      case '|' -> one(Kind.PIPE);
      case ',' -> one(Kind.COMMA);
      case '=' -> one(Kind.ASSIGN);
      case '(' -> {
        depth++;
        one(Kind.OPEN);
      }
      case ')' -> {
        if (--depth < 0) {
          throw fail("unexpected right paren");
        }
        one(Kind.CLOSE);
      }
      case ':' -> declare();
      case '"' -> quoted();
      case '`' -> raw();
      case '\'' -> character();
      case '$' -> named(Kind.VARIABLE, 1);
      case '.' -> dot();
      default -> nameOrNumber(c);
    }
  }

  private void spaces() {
    int from = at;
    while (at < text.length()
        && SPACES.indexOf(text.charAt(at)) >= 0
        && !text.startsWith("-}}", at + 1)) {
      at++;
    }
    if (at > from) {
      add(Kind.SPACE, " ");
      countLines(from, at);
    }
  }

  private void one(Kind kind) {
    add(kind, text.substring(at, at + 1));
    at++;
  }

  private void declare() {
    if (!text.startsWith(":=", at)) {
      throw fail("':' (expected: ':=')");
    }
    add(Kind.DECLARE, ":=");
    at += 2;
  }

  private void dot() {
    boolean digit = at + 1 < text.length() && Character.isDigit(text.charAt(at + 1));
    if (digit) {
      number();
    } else if (at + 1 < text.length() && isWord(text.charAt(at + 1))) {
      named(Kind.FIELD, 1);
    } else {
      one(Kind.DOT);
    }
  }

  private void nameOrNumber(char c) {
    if (Character.isDigit(c)
        || ((c == '+' || c == '-')
            && at + 1 < text.length()
            && isNumberStart(text.charAt(at + 1)))) {
      number();
    } else if (isWord(c)) {
      named(Kind.NAME, 0);
    } else {
      throw fail("unexpected character '%s' in action".formatted(c));
    }
  }

  private static boolean isNumberStart(char c) {
    return Character.isDigit(c) || c == '.';
  }

  private void named(Kind kind, int skip) {
    int end = at + skip;
    while (end < text.length() && isWord(text.charAt(end))) {
      end++;
    }
    add(kind, text.substring(at, end));
    at = end;
  }

  private static boolean isWord(char c) {
    return c == '_' || Character.isLetterOrDigit(c);
  }

  private void number() {
    int end = at;
    while (end < text.length()) {
      char c = text.charAt(end);
      boolean sign =
          (c == '+' || c == '-') && (end == at || "eEpP".indexOf(text.charAt(end - 1)) >= 0);
      if (!sign && !isWord(c) && c != '.') {
        break;
      }
      end++;
    }
    add(Kind.NUMBER, text.substring(at, end));
    at = end;
  }

  private void raw() {
    int end = text.indexOf('`', at + 1);
    if (end < 0) {
      throw fail("unterminated raw quoted string (expected: '`')");
    }
    add(Kind.STRING, text.substring(at + 1, end).replace("\r", ""));
    countLines(at, end);
    at = end + 1;
  }

  private void quoted() {
    int end = endOfQuote('"', "unterminated quoted string (expected: '\"')");
    add(Kind.STRING, unquote(at + 1, end));
    at = end + 1;
  }

  private void character() {
    int end = endOfQuote('\'', "unterminated character constant (expected: \"'\")");
    var value = unquote(at + 1, end);
    if (value.codePointCount(0, value.length()) != 1) {
      throw fail("malformed character constant: '%s' (expected: one character)".formatted(value));
    }
    add(Kind.CHARACTER, value);
    at = end + 1;
  }

  private int endOfQuote(char quote, String unterminated) {
    for (int i = at + 1; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == quote) {
        return i;
      }
      if (c == '\n') {
        break;
      }
      if (c == '\\') {
        i++;
      }
    }
    throw fail(unterminated);
  }

  private String unquote(int from, int to) {
    try {
      return GoString.unquote(text.substring(from, to));
    } catch (IllegalArgumentException e) {
      throw fail(String.valueOf(e.getMessage()));
    }
  }

  private void add(Kind kind, String word) {
    tokens.add(new Token(kind, word, line));
  }

  private TemplateException fail(String what) {
    return new TemplateException(file, line, what);
  }
}
