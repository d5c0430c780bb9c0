package dev.gori.kernel.label;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.gori.kernel.life.Cancellation;

/// Regular expressions of RE2, as Go's `regexp` compiles them: over a whole text, or a part of one.
public final class Regex {

  /// Instructions times characters that take a few milliseconds.
  private static final long SHORT_WORK = 1_000_000;

  private Regex() {}

  /// An expression that must match a whole text, with `.` matching line ends too. The expression is
  /// parsed by itself first: `a)|(b` is none, though it becomes one between parentheses.
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
      // RE2/J calls a parenthesis that closes nothing an internal error of its own
      throw e.getDescription().contains("internal error")
          ? new PatternSyntaxException("unexpected )", expression)
          : e;
    }
  }

  /// A text for a match that may take long: it fails when the work is cancelled.
  public static CharSequence input(Pattern pattern, String text) {
    return (long) pattern.programSize() * text.length() < SHORT_WORK
        ? text
        : new CancellableText(text);
  }

  /// A match reads its text one character after the other.
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
