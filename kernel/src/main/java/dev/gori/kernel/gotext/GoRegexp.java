package dev.gori.kernel.gotext;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import org.jspecify.annotations.Nullable;

/// Replacement templates of Go's `regexp`.
public final class GoRegexp {

  private static final int LONGEST_NUMBER = 8;
  private static final int LONGEST_TEXT = 1 << 20;

  private GoRegexp() {}

  /// `Regexp.ReplaceAllString`: every match replaced by its expanded template.
  ///
  /// @throws IllegalArgumentException when a template becomes longer than 1,048,576 characters
  public static String replaceAll(Pattern pattern, String text, String template) {
    var match = pattern.matcher(text);
    var out = new StringBuilder();
    int from = 0;
    while (match.find()) {
      out.append(text, from, match.start()).append(expand(template, match));
      from = match.end();
    }
    return out.append(text, from, text.length()).toString();
  }

  /// `Regexp.Expand`: a template with the groups of a match filled in: `$1`, `${1}`, `$name`,
  /// `${name}`, and `$$` for a dollar. As in Go, the longest name applies, so `$1x` is the group
  /// `1x`; a missing group is empty; a dollar before anything else is literal.
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
