package dev.gori.logs.logql;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.gori.kernel.label.Regex;

/// `regexp`: extracts the named groups of a regular expression as labels.
record RegexpParserStage(String text, Pattern pattern) implements Stage {

  /// @throws IllegalArgumentException when the regular expression is invalid or has no named group
  static RegexpParserStage of(String text) {
    try {
      var pattern = Regex.unanchored(text);
      if (pattern.namedGroups().isEmpty()) {
        throw new IllegalArgumentException(
            "regexp '%s' has no named group (expected: at least one, such as (?P<status>\\d+))"
                .formatted(text));
      }
      return new RegexpParserStage(text, pattern);
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          "regular expression '%s': %s".formatted(text, e.getDescription()), e);
    }
  }

  @Override
  public boolean apply(LogLine line) {
    var matcher = pattern.matcher(Regex.input(pattern, line.text()));
    if (matcher.find()) {
      pattern
          .namedGroups()
          .forEach(
              (name, group) -> {
                var value = matcher.group(group);
                line.addExtracted(name, value == null ? "" : value);
              });
    }
    return true;
  }

  @Override
  public String toString() {
    return "| regexp " + Literals.quoted(text);
  }
}
