package dev.gori.engines.gotemplate;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;

/// Go's regular expressions as template functions have them.
public final class GoRegexp {

    private GoRegexp() {}

    /// Whether a part of the text matches.
    ///
    /// @throws CallFailed when the pattern is none
    public static boolean matches(String pattern, String text) {
        return compiled(pattern).matcher(text).find();
    }

    /// Every match replaced: `$1` and `${name}` stand for groups, `$$` for a dollar; as in Go,
    /// `$1x` is the group named `1x`, and a group that is not there is empty.
    ///
    /// @throws CallFailed when the pattern is none
    public static String replaceAll(String pattern, String replacement, String text) {
        var matcher = compiled(pattern).matcher(text);
        var out = new StringBuilder();
        int from = 0;
        while (matcher.find()) {
            out.append(text, from, matcher.start());
            expand(out, replacement, matcher);
            from = matcher.end();
        }
        return out.append(text.substring(from)).toString();
    }

    private static Pattern compiled(String text) {
        try {
            return Pattern.compile(text);
        } catch (PatternSyntaxException e) {
            throw new CallFailed("regular expression '%s': %s".formatted(text, e.getDescription()));
        }
    }

    private static void expand(StringBuilder out, String replacement, Matcher matcher) {
        for (int i = 0; i < replacement.length(); i++) {
            char c = replacement.charAt(i);
            if (c != '$' || i + 1 == replacement.length()) {
                out.append(c);
                continue;
            }
            if (replacement.charAt(i + 1) == '$') {
                out.append('$');
                i++;
                continue;
            }
            boolean braces = replacement.charAt(i + 1) == '{';
            int start = braces ? i + 2 : i + 1;
            int end = start;
            while (end < replacement.length()
                    && (Character.isLetterOrDigit(replacement.charAt(end))
                            || replacement.charAt(end) == '_')) {
                end++;
            }
            if (end == start
                    || (braces
                            && (end == replacement.length() || replacement.charAt(end) != '}'))) {
                out.append(c);
                continue;
            }
            out.append(group(matcher, replacement.substring(start, end)));
            i = braces ? end : end - 1;
        }
    }

    private static String group(Matcher matcher, String name) {
        try {
            var group =
                    name.chars().allMatch(Character::isDigit)
                            ? matcher.group(Integer.parseInt(name))
                            : matcher.group(name);
            return group == null ? "" : group;
        } catch (IllegalArgumentException | IndexOutOfBoundsException _) {
            return "";
        }
    }
}
