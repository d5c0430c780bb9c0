package dev.gori.pipelines.dag;

import dev.gori.pipelines.dag.Expression.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A recursive-descent parser for the grammar that {@link Expression} describes. Not thread-safe.
final class ExpressionParser {

  private static final Set<String> WORDS =
      Set.of("or", "and", "not", "in", "true", "false", "null");
  private static final int DEEPEST = 100;

  private final String text;
  private int at;
  private int depth;

  ExpressionParser(String text) {
    this.text = text;
  }

  Node parse() {
    var node = either();
    skipSpace();
    if (at < text.length()) {
      throw wrong("an operator such as 'and', '==' or the end");
    }
    return node;
  }

  private Node either() {
    if (++depth > DEEPEST) {
      throw wrong("at most %d levels of parentheses".formatted(DEEPEST));
    }
    var left = both();
    while (word("or")) {
      left = new Node.Either(left, both());
    }
    depth--;
    return left;
  }

  private Node both() {
    var left = negated();
    while (word("and")) {
      left = new Node.Both(left, negated());
    }
    return left;
  }

  private Node negated() {
    int nots = 0;
    while (word("not")) {
      nots++;
    }
    var operand = comparison();
    return nots == 0
        ? operand
        : nots % 2 == 1 ? new Node.Not(operand) : new Node.Not(new Node.Not(operand));
  }

  private Node comparison() {
    var left = operand();
    var operator = operator();
    return operator == null ? left : new Node.Compare(operator, left, operand());
  }

  private @Nullable String operator() {
    for (var symbol : List.of("==", "!=", "<=", ">=", "<", ">")) {
      if (symbol(symbol)) {
        return symbol;
      }
    }
    if (word("in")) {
      return "in";
    }
    int before = at;
    if (word("not")) {
      if (word("in")) {
        return "not in";
      }
      at = before;
    }
    return null;
  }

  private Node operand() {
    skipSpace();
    if (symbol("(")) {
      var inner = either();
      expect(")");
      return inner;
    }
    if (symbol("[")) {
      return list();
    }
    char c = at < text.length() ? text.charAt(at) : '\0';
    if (c == '\'' || c == '"') {
      return new Node.Literal(quoted(c));
    }
    if (Character.isDigit(c) || c == '-') {
      return new Node.Literal(number());
    }
    if (word("true")) {
      return new Node.Literal(true);
    }
    if (word("false")) {
      return new Node.Literal(false);
    }
    if (word("null")) {
      return new Node.Literal(null);
    }
    return new Node.Name(path());
  }

  private Node list() {
    var items = new ArrayList<Node>();
    while (!symbol("]")) {
      if (!items.isEmpty()) {
        expect(",");
      }
      items.add(either());
    }
    return new Node.ListOf(List.copyOf(items));
  }

  private String quoted(char quote) {
    int end = text.indexOf(quote, at + 1);
    if (end < 0) {
      throw wrong("a closing " + quote);
    }
    var inside = text.substring(at + 1, end);
    at = end + 1;
    return inside;
  }

  private Number number() {
    int start = at++;
    while (at < text.length()
        && (Character.isLetterOrDigit(text.charAt(at)) || text.charAt(at) == '.')) {
      at++;
    }
    var digits = text.substring(start, at);
    try {
      if (digits.matches("-?[0-9]+")) {
        return Long.valueOf(digits);
      }
      return Double.valueOf(digits);
    } catch (NumberFormatException _) {
      at = start;
      throw wrong("a number");
    }
  }

  private Scope.Path path() {
    var parts = new ArrayList<String>();
    do {
      int start = at;
      while (at < text.length()
          && (Character.isLetterOrDigit(text.charAt(at)) || text.charAt(at) == '_' || dash())) {
        at++;
      }
      var part = text.substring(start, at);
      if (part.isEmpty() || parts.isEmpty() && WORDS.contains(part)) {
        at = start;
        throw wrong("a name, a number, quoted text or '('");
      }
      parts.add(part);
    } while (at < text.length() && text.charAt(at) == '.' && at++ >= 0);
    return new Scope.Path(List.copyOf(parts));
  }

  /// Whether the dash at the current offset is part of a name: a letter or digit stands on both
  /// sides of it.
  private boolean dash() {
    return text.charAt(at) == '-'
        && at > 0
        && Character.isLetterOrDigit(text.charAt(at - 1))
        && at + 1 < text.length()
        && Character.isLetterOrDigit(text.charAt(at + 1));
  }

  private boolean word(String word) {
    skipSpace();
    int end = at + word.length();
    if (!text.startsWith(word, at)
        || end < text.length()
            && (Character.isLetterOrDigit(text.charAt(end)) || text.charAt(end) == '_')) {
      return false;
    }
    at = end;
    return true;
  }

  private boolean symbol(String symbol) {
    skipSpace();
    if (!text.startsWith(symbol, at)) {
      return false;
    }
    at += symbol.length();
    return true;
  }

  private void expect(String symbol) {
    if (!symbol(symbol)) {
      throw wrong("'" + symbol + "'");
    }
  }

  private void skipSpace() {
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
  }

  private IllegalArgumentException wrong(String expected) {
    skipSpace();
    var found =
        at < text.length()
            ? "'" + text.substring(at, Math.min(text.length(), at + 12)) + "'"
            : "the end";
    return new IllegalArgumentException(
        "column %d: %s (expected: %s)".formatted(at + 1, found, expected));
  }
}
