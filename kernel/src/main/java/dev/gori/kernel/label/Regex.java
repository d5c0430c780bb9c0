package dev.gori.kernel.label;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.gori.kernel.life.Cancellation;

/// Regular expressions of RE2, as Go's `regexp` compiles them: anchored or unanchored.
public final class Regex {

  /// The product of instructions and characters that takes a few milliseconds.
  private static final long SHORT_WORK = 1_000_000;

  private Regex() {}

  /// An expression that must match a whole text, with `.` matching line ends too. This method first
  /// compiles the expression alone: `a)|(b` is invalid, although it would be valid inside
  /// parentheses.
  ///
  /// @throws PatternSyntaxException with RE2's reason
  public static Pattern anchored(String expression) {
    unanchored(expression);
    return Pattern.compile("^(?s:" + expression + ")$");
  }

  /// An expression that may match a part of a text.
  ///
  /// @throws PatternSyntaxException with RE2's reason
  public static Pattern unanchored(String expression) {
    RegexSize.check(expression);
    try {
      return Pattern.compile(expression);
    } catch (PatternSyntaxException e) {
      // RE2/J reports an unmatched closing parenthesis as an internal error
      throw e.getDescription().contains("internal error")
          ? new PatternSyntaxException("unexpected )", expression)
          : e;
    }
  }

  /// The input for a match that may take long: the match throws when the work is cancelled.
  public static CharSequence input(Pattern pattern, String text) {
    return (long) pattern.programSize() * text.length() < SHORT_WORK
        ? text
        : new CancellableText(text);
  }

  /// The matcher calls charAt for each character.
  private record CancellableText(String text) implements CharSequence {
    @Override
    public int length() {
      return text.length();
    }

    @Override
    public char charAt(int index) {
      Cancellation.check();
      return text.charAt(index);
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return text.subSequence(start, end);
    }

    @Override
    public String toString() {
      return text;
    }
  }
}
