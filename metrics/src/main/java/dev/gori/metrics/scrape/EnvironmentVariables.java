package dev.gori.metrics.scrape;

import java.util.Locale;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Puts variables of the process into a text: `${NAME}` and `$NAME`, and `$$` for a dollar. One
/// that is not set is empty; a dollar that no name follows stays.
///
/// @param prefix of the names that may be used; an environment's own, so that a commit to dev
///   cannot read what the process was given for prod
public record EnvironmentVariables(Map<String, String> values, String prefix) {

  private static final Pattern REFERENCE =
      Pattern.compile("\\$(?:\\$|\\{([^}]*)\\}|\\{|([A-Za-z_][A-Za-z0-9_]*|[0-9*#@!?-]))");

  public EnvironmentVariables {
    values = Map.copyOf(values);
  }

  static EnvironmentVariables all(Map<String, String> values) {
    return new EnvironmentVariables(values, "");
  }

  /// Those whose names begin with `GORI_ENV_`, for dev `GORI_DEV_`.
  static EnvironmentVariables of(String environment, Map<String, String> values) {
    return new EnvironmentVariables(
        values, "GORI_" + environment.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_") + "_");
  }

  /// @throws IllegalArgumentException for a variable that may not be used, with its name
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
