package dev.gori.tsdb;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What is known about a regular expression without running it, so that the index does not have to
/// try every value.
///
/// @param setMatches all strings that match, if it is an alternation of literals such as `a|b|c`
/// @param prefix literal prefix of every match
/// @param matchesAll whether it matches every string, except perhaps the empty one
record RegexAnalysis(@Nullable List<String> setMatches, String prefix, boolean matchesAll) {

  private static final String SPECIAL = "\\.+*?()[]{}^$|";

  static RegexAnalysis of(String regex) {
    if (regex.equals(".*") || regex.equals(".+")) {
      return new RegexAnalysis(null, "", true);
    }
    int plain = 0;
    while (plain < regex.length() && SPECIAL.indexOf(regex.charAt(plain)) < 0) {
      plain++;
    }
    if (plain == regex.length()) {
      return new RegexAnalysis(List.of(regex), regex, false);
    }
    return regex.indexOf('|') < 0
        ? new RegexAnalysis(null, prefix(regex, plain), false)
        : new RegexAnalysis(alternatives(regex), "", false);
  }

  /// A quantifier can make the character before it optional.
  private static String prefix(String regex, int plain) {
    boolean optional = "*?{".indexOf(regex.charAt(plain)) >= 0;
    int end = optional && plain > 0 ? regex.offsetByCodePoints(plain, -1) : plain;
    return regex.substring(0, end);
  }

  private static @Nullable List<String> alternatives(String regex) {
    var words = new ArrayList<String>();
    var word = new StringBuilder();
    for (int i = 0; i < regex.length(); i++) {
      char c = regex.charAt(i);
      if (c == '|') {
        words.add(word.toString());
        word.setLength(0);
      } else if (SPECIAL.indexOf(c) >= 0) {
        return null;
      } else {
        word.append(c);
      }
    }
    words.add(word.toString());
    return words;
  }
}
