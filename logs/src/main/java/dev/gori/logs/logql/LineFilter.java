package dev.gori.logs.logql;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.gori.kernel.label.Regex;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// `|=`, `!=`, `|~`, `!~`, `|>`, `!>` with one string or several joined by `or`. A negative filter
/// drops a line that has any of them.
record LineFilter(Op op, List<String> texts, List<Predicate<String>> finds) implements Stage {

  enum Op {
    CONTAINS("|="),
    NOT_CONTAINS("!="),
    MATCHES("|~"),
    NOT_MATCHES("!~"),
    PATTERN("|>"),
    NOT_PATTERN("!>");

    private final String text;

    Op(String text) {
      this.text = text;
    }

    /// @return null when the token is not an operator of a line filter
    static @Nullable Op of(Token token) {
      for (var op : values()) {
        if (token.isSymbol(op.text)) {
          return op;
        }
      }
      return null;
    }

    private boolean keepsFound() {
      return this == CONTAINS || this == MATCHES || this == PATTERN;
    }
  }

  /// @throws IllegalArgumentException when a string is not a valid regular expression or pattern
  static LineFilter of(Op op, List<String> texts) {
    var finds = texts.stream().map(text -> find(op, text)).toList();
    return new LineFilter(op, List.copyOf(texts), finds);
  }

  private static Predicate<String> find(Op op, String text) {
    return switch (op) {
      case CONTAINS, NOT_CONTAINS -> line -> line.contains(text);
      case MATCHES, NOT_MATCHES -> found(regex(text));
      case PATTERN, NOT_PATTERN -> found(Pattern.compile(PatternParserStage.regex(text)));
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
    return found == op.keepsFound();
  }

  @Override
  public String toString() {
    return op.text + " " + texts.stream().map(Literals::quoted).collect(Collectors.joining(" or "));
  }
}
