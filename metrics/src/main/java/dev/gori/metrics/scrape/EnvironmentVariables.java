package dev.gori.metrics.scrape;

import java.util.Locale;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Expands environment variables in a text: `${NAME}`, `$NAME`, and `$$` for a dollar. An unset
/// variable is empty; a dollar without a name stays.
///
/// @param prefix required prefix of the names, so that a configuration of dev cannot read the
///   variables of prod
public record EnvironmentVariables(Map<String, String> values, String prefix) {

  private static final Pattern REFERENCE =
      Pattern.compile("\\$(?:\\$|\\{([^}]*)\\}|\\{|([A-Za-z_][A-Za-z0-9_]*|[0-9*#@!?-]))");

  public EnvironmentVariables {
    values = Map.copyOf(values);
  }

  static EnvironmentVariables all(Map<String, String> values) {
    return new EnvironmentVariables(values, "");
  }

  /// The variables with the environment's prefix, such as `GORI_DEV_` for dev.
  static EnvironmentVariables of(String environment, Map<String, String> values) {
    return new EnvironmentVariables(
        values, "GORI_" + environment.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_") + "_");
  }

  /// @throws IllegalArgumentException for a variable without the prefix; the message has its name
  String expand(String text) {
    return REFERENCE.matcher(text).replaceAll(found -> Matcher.quoteReplacement(of(found)));
  }

  private String of(MatchResult found) {
    if (found.group().equals("$$")) {
      return "$";
    }
    var name = found.group(1) == null ? found.group(2) : found.group(1);
    if (name == null) {
      return "";
    }
    if (name.equals("$")) {
      return "$";
    }
    if (!name.startsWith(prefix)) {
      throw new IllegalArgumentException(name);
    }
    return values.getOrDefault(name, "");
  }
}
