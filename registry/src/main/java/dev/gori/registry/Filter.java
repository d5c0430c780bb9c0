package dev.gori.registry;

import dev.gori.kernel.fault.FaultException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// A parsed MLflow search filter, such as `metrics.accuracy > 0.6 AND tags.commit = 'abc' AND
/// attributes.run_id IN ('a', 'b')`.
///
/// Keys with characters other than letters, digits, `_`, `-`, `.` and `/` require double quotes or
/// backticks.
record Filter(List<Clause> clauses) {

  /// One comparison. `entity` is the text before the first dot, or empty; `values` has one element,
  /// except for IN (several) and IS NULL (none).
  record Clause(String entity, String key, String comparator, List<Value> values) {}

  /// The operand with which a filter compares a key.
  sealed interface Value {
    record Text(String text) implements Value {}

    record Number(double number) implements Value {}
  }

  private static final Set<String> ENTITIES =
      Set.of(
          "metric",
          "metrics",
          "param",
          "params",
          "parameter",
          "parameters",
          "tag",
          "tags",
          "attr",
          "attribute",
          "attributes",
          "run",
          "dataset",
          "datasets",
          "model");

  static Filter parse(String text) {
    return new Filter(new Parser(text).clauses());
  }

  private static final class Parser {
    private final String text;
    private int at;

    Parser(String text) {
      this.text = text;
    }

    List<Clause> clauses() {
      var clauses = new ArrayList<Clause>();
      skipSpace();
      while (at < text.length()) {
        clauses.add(clause());
        skipSpace();
        if (at < text.length()) {
          if (!word("AND")) {
            throw wrong("AND between comparisons");
          }
          skipSpace();
          if (at == text.length()) {
            throw wrong("a comparison after AND");
          }
        }
      }
      return clauses;
    }

    private Clause clause() {
      var entity = "";
      var key = key();
      if (at < text.length()
          && text.charAt(at) == '.') { // quoted entity, or a quoted key after an entity
        at++;
        entity = key;
        key = key();
      } else {
        int dot = key.indexOf('.');
        if (dot > 0 && ENTITIES.contains(key.substring(0, dot))) {
          entity = key.substring(0, dot);
          key = key.substring(dot + 1);
          if (key.isEmpty()) {
            key = key();
          }
        }
      }
      skipSpace();
      var comparator = comparator();
      skipSpace();
      return new Clause(entity, key, comparator, values(comparator));
    }

    private String key() {
      if (at < text.length() && (text.charAt(at) == '`' || text.charAt(at) == '"')) {
        return quoted();
      }
      int start = at;
      while (at < text.length()
          && (Character.isLetterOrDigit(text.charAt(at)) || "_-./".indexOf(text.charAt(at)) >= 0)) {
        at++;
      }
      if (start == at) {
        throw wrong("a key such as metrics.accuracy");
      }
      return text.substring(start, at);
    }

    private String comparator() {
      for (var symbol : List.of(">=", "<=", "!=", "=", ">", "<")) {
        if (text.startsWith(symbol, at)) {
          at += symbol.length();
          return symbol;
        }
      }
      for (var words : List.of("NOT IN", "IS NOT NULL", "IS NULL", "ILIKE", "LIKE", "IN")) {
        if (words(words)) {
          return words;
        }
      }
      throw wrong("one of = != > >= < <= LIKE ILIKE IN 'NOT IN' 'IS NULL' 'IS NOT NULL'");
    }

    private List<Value> values(String comparator) {
      return switch (comparator) {
        case "IS NULL", "IS NOT NULL" -> List.of();
        case "IN", "NOT IN" -> list();
        default -> List.of(value());
      };
    }

    private List<Value> list() {
      var values = new ArrayList<Value>();
      expect('(');
      do {
        skipSpace();
        values.add(value());
        skipSpace();
      } while (take(','));
      expect(')');
      return values;
    }

    private Value value() {
      if (at < text.length() && (text.charAt(at) == '\'' || text.charAt(at) == '"')) {
        return new Value.Text(quoted());
      }
      int start = at;
      while (at < text.length() && "+-.eE0123456789".indexOf(text.charAt(at)) >= 0) {
        at++;
      }
      try {
        return new Value.Number(Double.parseDouble(text.substring(start, at)));
      } catch (NumberFormatException _) {
        at = start;
        throw wrong("a number, or a text in quotes");
      }
    }

    private String quoted() {
      char quote = text.charAt(at);
      int end = text.indexOf(quote, at + 1);
      if (end < 0) {
        throw wrong("the closing " + quote);
      }
      var inside = text.substring(at + 1, end);
      at = end + 1;
      return inside;
    }

    private boolean words(String wanted) {
      int before = at;
      for (var one : wanted.split(" ")) {
        skipSpace();
        if (!word(one)) {
          at = before;
          return false;
        }
      }
      return true;
    }

    private boolean word(String wanted) {
      int end = at + wanted.length();
      boolean there =
          end <= text.length() && text.substring(at, end).toUpperCase(Locale.ROOT).equals(wanted);
      if (there && (end == text.length() || !Character.isLetterOrDigit(text.charAt(end)))) {
        at = end;
        return true;
      }
      return false;
    }

    private boolean take(char wanted) {
      if (at < text.length() && text.charAt(at) == wanted) {
        at++;
        return true;
      }
      return false;
    }

    private void expect(char wanted) {
      if (!take(wanted)) {
        throw wrong("'" + wanted + "'");
      }
    }

    private void skipSpace() {
      while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
        at++;
      }
    }

    private FaultException wrong(String expected) {
      var rest =
          at < text.length()
              ? "'" + text.substring(at, Math.min(text.length(), at + 30)) + "'"
              : "the end";
      return FaultException.badRequest(
          "Invalid filter '%s': at %d: %s (expected: %s)".formatted(text, at + 1, rest, expected));
    }
  }
}
