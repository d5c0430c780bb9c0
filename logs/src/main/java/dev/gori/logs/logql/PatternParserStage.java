package dev.gori.logs.logql;

import com.google.re2j.Pattern;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/// `pattern`: extracts captures between literals, such as `<ip> - <_> "<method> <path>"`. Each
/// capture ends where the next literal begins.
///
/// @param literals the text before the first capture, between captures and after the last; one more
///   than captures
/// @param captures label names; empty for `<_>`
record PatternParserStage(String text, List<String> literals, List<String> captures)
    implements Stage {

  private static final Pattern CAPTURE = Pattern.compile("<(_|[a-zA-Z_][a-zA-Z0-9_]*)>");

  /// @throws IllegalArgumentException when the pattern is invalid
  static PatternParserStage of(String text) {
    var literals = new ArrayList<String>();
    var captures = new ArrayList<String>();
    var seen = new HashSet<String>();
    var matcher = CAPTURE.matcher(text);
    int end = 0;
    while (matcher.find()) {
      var literal = text.substring(end, matcher.start());
      if (literal.isEmpty() && !captures.isEmpty()) {
        throw new IllegalArgumentException(
            "pattern '%s': two adjacent captures (expected: text between them)".formatted(text));
      }
      var name = matcher.group(1);
      if (!name.equals("_") && !seen.add(name)) {
        throw new IllegalArgumentException(
            "pattern '%s': capture '%s' twice (expected: each once)".formatted(text, name));
      }
      literals.add(literal);
      captures.add(name.equals("_") ? "" : name);
      end = matcher.end();
    }
    if (seen.isEmpty()) {
      throw new IllegalArgumentException(
          "pattern '%s' has no named capture (expected: at least one, such as <status>)"
              .formatted(text));
    }
    literals.add(text.substring(end));
    return new PatternParserStage(text, List.copyOf(literals), List.copyOf(captures));
  }

  /// Converts a pattern of `|>` to a regular expression; `<_>` matches any text.
  static String regex(String text) {
    var regex = new StringBuilder("(?s)");
    int at = 0;
    for (int hole = text.indexOf("<_>"); hole >= 0; hole = text.indexOf("<_>", at)) {
      regex.append(Pattern.quote(text.substring(at, hole))).append(".+?");
      at = hole + 3;
    }
    return regex.append(Pattern.quote(text.substring(at))).toString();
  }

  @Override
  public boolean apply(LogLine line) {
    var whole = line.text();
    if (!whole.startsWith(literals.getFirst())) {
      return true;
    }
    int at = literals.getFirst().length();
    for (int i = 0; i < captures.size(); i++) {
      var next = literals.get(i + 1);
      int end = next.isEmpty() ? whole.length() : whole.indexOf(next, at);
      if (end < 0) {
        keep(line, captures.get(i), whole.substring(at));
        return true;
      }
      keep(line, captures.get(i), whole.substring(at, end));
      at = end + next.length();
    }
    return true;
  }

  private static void keep(LogLine line, String name, String value) {
    if (!name.isEmpty()) {
      line.addExtracted(name, value);
    }
  }

  @Override
  public String toString() {
    return "| pattern " + Literals.quoted(text);
  }
}
