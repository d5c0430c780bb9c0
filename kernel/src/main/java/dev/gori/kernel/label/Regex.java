package dev.gori.kernel.label;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.gori.kernel.life.Cancellation;
import org.jspecify.annotations.Nullable;

/// What Go's `regexp` package does and RE2/J does not offer in the same form: expressions over a
/// whole text, and the expansion of templates.
public final class Regex {

  /// Instructions times characters that take a few milliseconds.
  private static final long SHORT_WORK = 1_000_000;

  private static final int LONGEST_NUMBER = 8;
  private static final int LONGEST_TEXT = 1 << 20;

  private Regex() {}

  /// An expression that must match a whole text, with `.` matching line ends too. The expression is
  /// parsed by itself first: `a)|(b` is none, though it becomes one between parentheses.
  ///
  /// @throws PatternSyntaxException with RE2's reason
  public static Pattern whole(String expression) {
    part(expression);
    return Pattern.compile("^(?s:" + expression + ")$");
  }

  /// An expression that may match a part of a text.
  ///
  /// @throws PatternSyntaxException with RE2's reason
  public static Pattern part(String expression) {
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

  /// A template with the groups of a match filled in: `$1`, `${1}`, `$name`, `${name}`, and `$$`
  /// for a dollar. As in Go the longest name counts, so `$1x` is the group `1x`; a group that is
  /// not there is empty; a dollar before anything else stands for itself.
  ///
  /// @throws IllegalArgumentException when it becomes longer than 1,048,576 characters
  public static String expand(String template, Matcher match) {
    if (template.indexOf('$') < 0) {
      return template;
    }
    var text = new StringBuilder();
    int at = 0;
    while (at < template.length()) {
      char c = template.charAt(at++);
      if (c != '$' || at == template.length()) {
        text.append(c);
        continue;
      }
      if (template.charAt(at) == '$') {
        text.append('$');
        at++;
        continue;
      }
      boolean braces = template.charAt(at) == '{';
      int start = braces ? at + 1 : at;
      int end = endOfName(template, start);
      boolean isClosed = !braces || (end < template.length() && template.charAt(end) == '}');
      if (end == start || !isClosed) {
        text.append('$');
        continue;
      }
      var value = group(template.substring(start, end), match);
      text.append(value == null ? "" : value);
      if (text.length() > LONGEST_TEXT) {
        throw new IllegalArgumentException(
            "the template '%.40s' expands to more than %d characters"
                .formatted(template, LONGEST_TEXT));
      }
      at = braces ? end + 1 : end;
    }
    return text.toString();
  }

  private static int endOfName(String template, int start) {
    int end = start;
    while (end < template.length()
        && (Character.isLetterOrDigit(template.charAt(end)) || template.charAt(end) == '_')) {
      end++;
    }
    return end;
  }

  private static @Nullable String group(String name, Matcher match) {
    boolean isNumber =
        name.length() <= LONGEST_NUMBER
            && name.chars().allMatch(c -> c >= '0' && c <= '9')
            && (name.length() == 1 || name.charAt(0) != '0');
    if (isNumber) {
      int number = Integer.parseInt(name);
      return number <= match.groupCount() ? match.group(number) : null;
    }
    return match.pattern().namedGroups().containsKey(name) ? match.group(name) : null;
  }
}
