package dev.gori.logs.logql;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.gori.kernel.label.Regex;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// `|=`, `!=`, `|~`, `!~`, `|>`, `!>` with one text or several joined by `or`. A negative filter
/// drops a line in which any of them is found.
record LineFilter(String op, List<String> texts, List<Predicate<String>> finds) implements Stage {

  /// @throws IllegalArgumentException when a text is no regular expression or pattern
  static LineFilter of(String op, List<String> texts) {
    var finds = texts.stream().map(text -> find(op, text)).toList();
    return new LineFilter(op, List.copyOf(texts), finds);
  }

  private static Predicate<String> find(String op, String text) {
    return switch (op) {
      case "|=", "!=" -> line -> line.contains(text);
      case "|~", "!~" -> found(regex(text));
      default -> found(Pattern.compile(PatternParse.regex(text)));
    };
  }

  private static Predicate<String> found(Pattern pattern) {
    return line -> pattern.matcher(Regex.input(pattern, line)).find();
  }

  private static Pattern regex(String text) {
    try {
      return Regex.unanchored(text);
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          "regular expression '%s': %s".formatted(text, e.getDescription()), e);
    }
  }

  @Override
  public boolean apply(LogLine line) {
    boolean found = false;
    for (int i = 0; i < finds.size() && !found; i++) {
      found = finds.get(i).test(line.text());
    }
    return found == op.startsWith("|");
  }

  @Override
  public String toString() {
    return op + " " + texts.stream().map(Printed::quoted).collect(Collectors.joining(" or "));
  }
}
