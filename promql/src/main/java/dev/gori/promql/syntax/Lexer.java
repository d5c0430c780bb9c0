package dev.gori.promql.syntax;

import dev.gori.kernel.gotext.GoString;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// Splits a query into tokens. The brackets around a token decide its kind: `:` is part of a metric
/// name outside of them.
final class Lexer {

  private static final List<String> SYMBOLS =
      List.of(
          "==", "!=", "<=", ">=", "=~", "!~", "</", ">/", "+", "-", "*", "/", "%", "^", "<", ">",
          "=", "(", ")", "{", "}", "[", "]", ",", ":", "@");
  private static final List<String> MATCHING = List.of("!=", "=~", "!~", "=", "}", ",");
  private static final List<String> DURATION_WORDS = List.of("step", "range", "min_of", "max_of");
  private static final String IN_DURATIONS = ".:,()+-*/%^]";

  /// The characters that form one number, valid or not.
  private static final Pattern NUMBER =
      Pattern.compile("0[xX][0-9a-fA-F_]*|[0-9._]*(?:[eE][+-]?[0-9_]*)?[eE]?");

  /// What follows the digits of a duration: units, with digits between them.
  private static final Pattern UNITS = Pattern.compile("[smhdwy]s?(?:\\d+[smhdw]s?)*");

  private final String query;
  private final List<Token> tokens = new ArrayList<>();
  private final Deque<Character> open = new ArrayDeque<>();
  private int openBrackets; // the square brackets in `open`
  private boolean hasDuration; // in the innermost brackets
  private int at;

  private Lexer(String query) {
    this.query = query;
  }

  static Result read(String query) {
    var lexer = new Lexer(query);
    try {
      while (lexer.next()) {}
    } catch (ParseException e) {
      return new Result(lexer.tokens, Optional.of(e));
    }
    return new Result(lexer.tokens, Optional.empty());
  }

  /// @param problem the error after the tokens, if there is one
  record Result(List<Token> tokens, Optional<ParseException> problem) {}

  private boolean next() {
    skipBlanks();
    if (at == query.length()) {
      checkClosed();
      add(Token.Kind.END, "", at);
      return false;
    }
    char c = query.charAt(at);
    checkWhere(c);
    if (isDigit(c) || (c == '.' && at + 1 < query.length() && isDigit(query.charAt(at + 1)))) {
      number();
    } else if (c == '"' || c == '\'' || c == '`') {
      string(c);
    } else if (isLetter(c) || (c == ':' && !inside('[') && !inside('{'))) {
      identifier();
    } else {
      symbol();
    }
    return true;
  }

  /// Some characters that begin a token elsewhere are errors between braces and in brackets.
  private void checkWhere(char c) {
    if (inside('{')) {
      boolean quotes = c == '"' || c == '\'' || c == '`';
      if (c == '{') {
        throw problem(at, "unexpected left brace '{'");
      }
      if (!isLetter(c) && !quotes && "=!,}".indexOf(c) < 0) {
        throw problem(at, "unexpected character inside braces: " + quoted(at));
      }
    } else if (inside('[')) {
      checkInBrackets(c);
    }
  }

  private void checkInBrackets(char c) {
    boolean isFirst = tokens.getLast().is("[");
    if (c == ':' && isFirst) {
      at++;
      throw problem(at, "unexpected colon before duration in duration expression");
    }
    if (c == '[' && !isFirst) {
      throw problem(at, "unexpected left bracket '['");
    }
    boolean begins =
        isDigit(c)
            || IN_DURATIONS.indexOf(c) >= 0
            || DURATION_WORDS.stream().anyMatch(this::follows);
    if (!begins && !hasDuration) {
      throw problem(at, "unexpected character in duration expression: " + quoted(at));
    }
    if (!begins && isLetter(c)) {
      throw problem(at, "unexpected character: " + quoted(at) + ", expected ':'");
    }
  }

  private boolean follows(String word) {
    return query.regionMatches(true, at, word, 0, word.length()) && !isNameAt(at + word.length());
  }

  private void checkClosed() {
    if (inside('{')) {
      throw problem(at, "unexpected end of input inside braces");
    }
    if (tokens.isEmpty() || open.isEmpty()) {
      return;
    }
    if (tokens.getLast().is("[")) {
      throw problem(at, "unexpected end of input in duration expression");
    }
    throw problem(at, open.contains('(') ? "unclosed left parenthesis" : "unclosed left bracket");
  }

  private void skipBlanks() {
    while (at < query.length()) {
      char c = query.charAt(at);
      if (c == '#' && !(inside('[') && tokens.getLast().is("["))) {
        int end = query.indexOf('\n', at);
        at = end < 0 ? query.length() : end;
      } else if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
        at++;
      } else {
        return;
      }
    }
  }

  private void number() {
    hasDuration = true;
    int start = at;
    at = endOf(NUMBER);
    boolean isCutOff = at == query.length() && "eE+-_".indexOf(query.charAt(at - 1)) >= 0;
    if (!isNameAt(at) && !isCutOff) {
      add(Token.Kind.NUMBER, query.substring(start, at), start);
      return;
    }
    int units = endOf(UNITS);
    if (units > at && !isNameAt(units)) {
      at = units;
      add(Token.Kind.DURATION, query.substring(start, at), start);
      return;
    }
    if (units > at) {
      int digits = endOfDigits(units);
      at = digits > units ? digits : units + 1;
    }
    throw problem(start, "bad number or duration syntax: \"" + query.substring(start, at) + '"');
  }

  private int endOf(Pattern pattern) {
    var matcher = pattern.matcher(query).region(at, query.length());
    return matcher.lookingAt() ? matcher.end() : at;
  }

  private int endOfDigits(int from) {
    int end = from;
    while (end < query.length() && isDigit(query.charAt(end))) {
      end++;
    }
    return end;
  }

  private boolean isNameAt(int place) {
    return place < query.length()
        && (isLetter(query.charAt(place)) || isDigit(query.charAt(place)));
  }

  private void string(char quote) {
    int start = at++;
    int end = at;
    while (end < query.length() && query.charAt(end) != quote) {
      if (query.charAt(end) == '\\' && quote != '`') {
        end++;
      } else if (query.charAt(end) == '\n' && quote != '`') {
        throw problem(start, "unterminated quoted string");
      }
      end++;
    }
    if (end >= query.length()) {
      throw problem(start, quote == '`' ? "unterminated raw string" : "unterminated quoted string");
    }
    var raw = query.substring(at, end);
    at = end + 1;
    var value = quote == '`' ? raw : unquote(raw, start);
    tokens.add(
        new Token(Token.Kind.STRING, value, query.substring(start, at), new Span(start, at)));
  }

  private void identifier() {
    int start = at;
    boolean colons = !inside('[') && !inside('{');
    while (isNameAt(at) || (colons && at < query.length() && query.charAt(at) == ':')) {
      at++;
    }
    add(Token.Kind.IDENTIFIER, query.substring(start, at), start);
  }

  private void symbol() {
    for (var symbol : inside('{') ? MATCHING : SYMBOLS) {
      if (query.startsWith(symbol, at)) {
        int start = at;
        if (symbol.endsWith("~") && !inside('{')) {
          throw problem(at, "unexpected character after '%s': '~'".formatted(symbol.charAt(0)));
        }
        bracket(symbol.charAt(0));
        at += symbol.length();
        add(Token.Kind.SYMBOL, symbol, start);
        return;
      }
    }
    if (query.charAt(at) == '!') {
      throw problem(
          at,
          "unexpected character after '!'%s: %s"
              .formatted(inside('{') ? " inside braces" : "", quoted(at + 1)));
    }
    throw problem(at, "unexpected character: " + quoted(at));
  }

  private void bracket(char c) {
    switch (c) {
      case '(', '[', '{' -> {
        open.push(c);
        openBrackets += c == '[' ? 1 : 0;
        hasDuration &= c != '[';
      }
      case ')' -> {
        boolean isOuter = inside('[') && open.peek() == '[' && open.contains('(');
        if (!isOuter) { // an outer one is for the parser to refuse
          close('(', "unexpected right parenthesis ')'", at + 1);
        }
      }
      case ']' -> close('[', "unexpected right bracket ']'", at);
      case '}' -> close('{', "unexpected character: '}'", at);
      default -> {}
    }
  }

  private void close(char opening, String otherwise, int where) {
    if (!inside(opening)) {
      throw problem(where, otherwise);
    }
    openBrackets -= open.pop() == '[' ? 1 : 0;
  }

  private boolean inside(char bracket) {
    return !open.isEmpty() && (open.peek() == bracket || (bracket == '[' && openBrackets > 0));
  }

  private void add(Token.Kind kind, String text, int start) {
    tokens.add(new Token(kind, text, text, new Span(start, at)));
  }

  private String unquote(String raw, int start) {
    try {
      return GoString.unquote(raw);
    } catch (IllegalArgumentException e) {
      throw problem(start, String.valueOf(e.getMessage()));
    }
  }

  private ParseException problem(int start, String what) {
    return new ParseException(query, new Span(start, Math.max(start, at)), what);
  }

  /// A character quoted as in Go; U+FFFD at the end of the text.
  private String quoted(int place) {
    int c = place < query.length() ? query.codePointAt(place) : 0xFFFD;
    return switch (c) {
      case '\\', '\'' -> "'\\" + (char) c + "'";
      default -> "'" + Character.toString(c) + "'";
    };
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isLetter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  }
}
