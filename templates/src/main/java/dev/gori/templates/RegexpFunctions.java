package dev.gori.templates;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.gori.kernel.gotext.GoRegexp;
import dev.gori.kernel.label.Regex;

/// Go's regular expressions as template functions have them.
public final class RegexpFunctions {

  private RegexpFunctions() {}

  /// Whether a part of the text matches.
  ///
  /// @throws CallFailed when the pattern is none
  public static boolean matches(String pattern, String text) {
    return compiled(pattern).matcher(text).find();
  }

  /// Every match replaced: `$1` and `${name}` stand for groups, `$$` for a dollar; as in Go, `$1x`
  /// is the group named `1x`, and a group that is not there is empty.
  ///
  /// @throws CallFailed when the pattern is none
  public static String replaceAll(String pattern, String replacement, String text) {
    return GoRegexp.replaceAll(compiled(pattern), text, replacement);
  }

  private static Pattern compiled(String text) {
    try {
      return Regex.unanchored(text);
    } catch (PatternSyntaxException e) {
      throw new CallException("regular expression '%s': %s".formatted(text, e.getDescription()));
    }
  }
}
