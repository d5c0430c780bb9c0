package dev.gori.templates;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.gori.kernel.gotext.GoRegexp;
import dev.gori.kernel.label.Regex;

/// The template functions of regular expressions.
public final class RegexpFunctions {

  private RegexpFunctions() {}

  /// Whether a part of the text matches.
  ///
  /// @throws CallException when the pattern does not compile
  public static boolean matches(String pattern, String text) {
    return compiled(pattern).matcher(text).find();
  }

  /// Replaces every match as Go's `ReplaceAllString` does.
  ///
  /// @throws CallException when the pattern does not compile
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
