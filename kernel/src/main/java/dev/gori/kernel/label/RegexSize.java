package dev.gori.kernel.label;

import com.google.re2j.PatternSyntaxException;
import java.util.ArrayDeque;

/// Estimates the program size of a regular expression before compilation. RE2/J expands
/// repetitions, so that `((a{1000}){1000}){1000}` would exhaust the memory, and it parses
/// parentheses recursively.
final class RegexSize {

  /// The approximate number of instructions.
  private static final long LARGEST = 200_000;

  private static final int DEEPEST = 1_000;

  private final String expression;
  private final ArrayDeque<Long> outer = new ArrayDeque<>();
  private int at;
  private long size;
  private long last;

  private RegexSize(String expression) {
    this.expression = expression;
  }

  /// @throws PatternSyntaxException when it is too large or too deep; the compiler reports other
  ///   errors
  static void check(String expression) {
    new RegexSize(expression).check();
  }

  private void check() {
    while (at < expression.length()) {
      next();
      if (size > LARGEST) {
        throw new PatternSyntaxException("expression too large", shown());
      }
      if (outer.size() > DEEPEST) {
        throw new PatternSyntaxException("expression nests too deeply", shown());
      }
    }
  }

  private String shown() {
    return expression.length() <= 80 ? expression : expression.substring(0, 80) + "…";
  }

  private void next() {
    switch (expression.charAt(at++)) {
      case '(' -> {
        outer.push(size);
        size = 0;
        last = 0;
      }
      case ')' -> {
        last = size + 2;
        size = (outer.isEmpty() ? 0 : outer.pop()) + last;
      }
      case '[' -> {
        skipClass();
        atom();
      }
      case '\\' -> {
        escape();
        atom();
      }
      case '{' -> repeat();
      default -> atom();
    }
  }

  private void atom() {
    last = 1;
    size++;
  }

  private void skipClass() {
    at += at < expression.length() && expression.charAt(at) == '^' ? 1 : 0;
    int first = at;
    while (at < expression.length() && (expression.charAt(at) != ']' || at == first)) {
      at += expression.charAt(at) == '\\' ? 2 : 1;
    }
    at++;
  }

  /// Between `\Q` and `\E` every character is a literal.
  private void escape() {
    if (expression.startsWith("Q", at)) {
      int end = expression.indexOf("\\E", at);
      int until = end < 0 ? expression.length() : end;
      size += until - at;
      at = end < 0 ? until : until + 2;
      return;
    }
    boolean isNamed = at + 1 < expression.length() && expression.charAt(at + 1) == '{';
    int end = isNamed ? expression.indexOf('}', at) : -1;
    at = end < 0 ? at + 1 : end + 1;
  }

  private void repeat() {
    int end = expression.indexOf('}', at);
    var counts = end < 0 ? new String[0] : expression.substring(at, end).split(",", -1);
    long most = 0;
    for (var count : counts) {
      if (count.length() > 4 || !count.chars().allMatch(c -> c >= '0' && c <= '9')) {
        atom(); // not a repetition: the brace is literal
        return;
      }
      most = Math.max(most, count.isEmpty() ? 0 : Long.parseLong(count));
    }
    if (end < 0) {
      atom();
      return;
    }
    size += last * Math.max(0, most - 1);
    last *= Math.max(1, most);
    at = end + 1;
  }
}
