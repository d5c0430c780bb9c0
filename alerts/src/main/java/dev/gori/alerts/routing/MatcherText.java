package dev.gori.alerts.routing;

import dev.gori.kernel.label.Matcher;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Parses matchers: `severity="critical"`, `{a=~"x|y", b!=z}`, `"name with spaces"="…"`.
///
/// Accepts Alertmanager's classic form (bare values) and its UTF-8 form (quoted names).
public final class MatcherText {
  private static final Map<String, Matcher.Op> OPS =
      Map.of(
          "=",
          Matcher.Op.EQUAL,
          "!=",
          Matcher.Op.NOT_EQUAL,
          "=~",
          Matcher.Op.MATCHES,
          "!~",
          Matcher.Op.NOT_MATCHES);
  private static final String RESERVED = "{}!=~,\\\"'`";

  private final String text;
  private int at;

  private MatcherText(String text) {
    this.text = text;
  }

  /// @throws IllegalArgumentException with the position and what was expected there
  public static List<Matcher> parse(String text) {
    return new MatcherText(text).all();
  }

  private List<Matcher> all() {
    var matchers = new ArrayList<Matcher>();
    spaces();
    boolean braces = take("{");
    spaces();
    while (!atEnd(braces)) {
      matchers.add(one(braces));
      spaces();
      if (!take(",")) {
        break;
      }
      spaces();
    }
    if (braces && !take("}")) {
      throw fail("expected ',' or '}'");
    }
    spaces();
    if (at < text.length()) {
      throw fail("expected the end");
    }
    return List.copyOf(matchers);
  }

  private boolean atEnd(boolean braces) {
    return at >= text.length() || (braces && text.charAt(at) == '}');
  }

  private Matcher one(boolean braces) {
    var name = name();
    spaces();
    var op = op();
    spaces();
    var value = value(braces);
    return new Matcher(name, op, value);
  }

  private String name() {
    if (at < text.length() && text.charAt(at) == '"') {
      return quoted();
    }
    int from = at;
    while (at < text.length()
        && RESERVED.indexOf(text.charAt(at)) < 0
        && !Character.isWhitespace(text.charAt(at))) {
      at++;
    }
    if (at == from) {
      throw fail("expected a label name");
    }
    return text.substring(from, at);
  }

  private Matcher.Op op() {
    for (var op : List.of("=~", "!~", "!=", "=")) {
      if (take(op)) {
        return OPS.getOrDefault(op, Matcher.Op.EQUAL);
      }
    }
    throw fail("expected an operator: '=', '!=', '=~' or '!~'");
  }

  private String value(boolean braces) {
    if (at < text.length() && text.charAt(at) == '"') {
      return quoted();
    }
    int from = at;
    while (at < text.length() && text.charAt(at) != ',' && !(braces && text.charAt(at) == '}')) {
      if (text.charAt(at) == '"') {
        throw fail("a quote inside a bare value (expected: the whole value in quotes)");
      }
      at++;
    }
    return text.substring(from, at).strip();
  }

  /// Resolves `\"`, `\\` and `\n`; keeps any other backslash, for regular expressions.
  private String quoted() {
    int from = ++at;
    var value = new StringBuilder();
    while (at < text.length() && text.charAt(at) != '"') {
      char c = text.charAt(at++);
      char next = at < text.length() ? text.charAt(at) : ' ';
      if (c != '\\' || (next != '"' && next != '\\' && next != 'n')) {
        value.append(c);
      } else {
        value.append(next == 'n' ? '\n' : next);
        at++;
      }
    }
    if (!take("\"")) {
      at = from;
      throw fail("unclosed quote (expected: '\"')");
    }
    return value.toString();
  }

  private boolean take(String wanted) {
    if (text.startsWith(wanted, at)) {
      at += wanted.length();
      return true;
    }
    return false;
  }

  private void spaces() {
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
  }

  private IllegalArgumentException fail(String what) {
    return new IllegalArgumentException(
        "matcher '%s', character %d: %s".formatted(text, at + 1, what));
  }
}
