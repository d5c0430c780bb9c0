package dev.gori.roles.metrics.scrape;

import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Puts variables into a text: `${NAME}` and `$NAME`, and `$$` for a dollar. One that is not set is
/// empty; a dollar that no name follows stays.
record Variables(Map<String, String> values) {

    private static final Pattern REFERENCE =
            Pattern.compile("\\$(?:\\$|\\{([^}]*)\\}|\\{|([A-Za-z_][A-Za-z0-9_]*|[0-9*#@!?-]))");

    String in(String text) {
        return REFERENCE.matcher(text).replaceAll(found -> Matcher.quoteReplacement(of(found)));
    }

    private String of(MatchResult found) {
        if (found.group().equals("$$")) {
            return "$";
        }
        var name = found.group(1) == null ? found.group(2) : found.group(1);
        return name == null ? "" : name.equals("$") ? "$" : values.getOrDefault(name, "");
    }
}
