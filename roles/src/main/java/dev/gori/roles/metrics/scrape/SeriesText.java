package dev.gori.roles.metrics.scrape;

import dev.gori.kernel.label.Labels;
import dev.gori.roles.metrics.scrape.Exposition.Malformed;
import java.util.TreeMap;

/// Name and labels of a series as an exposition writes them, `name{label="value"}`; read once for each series, not at every scrape.
final class SeriesText {

    private SeriesText() {}

    /// The labels of a series' text, which was read before.
    ///
    /// @throws Malformed when a label is there twice
    static Labels labels(String series) throws Malformed {
        var labels = new TreeMap<String, String>();
        int brace = series.indexOf('{');
        var name = (brace < 0 ? series : series.substring(0, brace)).strip();
        if (!name.isEmpty()) {
            labels.put(Labels.NAME, name);
        }
        int at = brace < 0 ? series.length() : brace + 1;
        while (at < series.length() && series.charAt(at) != '}') {
            char c = series.charAt(at);
            if (c == ',' || c == ' ' || c == '\t') {
                at++;
                continue;
            }
            int stop = c == '"' ? afterQuoted(series, at) : afterName(series, at);
            var key = c == '"' ? unquoted(series.substring(at, stop)) : series.substring(at, stop);
            at = afterSpace(series, stop);
            if (series.charAt(at) == '=') {
                at = afterSpace(series, at + 1);
                stop = afterQuoted(series, at);
                put(labels, key, unquoted(series.substring(at, stop)));
                at = stop;
            } else {
                put(labels, Labels.NAME, key);
            }
        }
        return Labels.of(labels);
    }

    private static void put(TreeMap<String, String> labels, String name, String value) throws Malformed {
        if (labels.put(name, value) != null) {
            throw new Malformed("label '%s' is there twice in one series".formatted(name));
        }
    }

    private static int afterSpace(String text, int from) {
        int at = from;
        while (text.charAt(at) == ' ' || text.charAt(at) == '\t') {
            at++;
        }
        return at;
    }

    private static int afterName(String text, int from) {
        int at = from;
        while (Exposition.isNameCharacter(text.charAt(at), false)) {
            at++;
        }
        return at;
    }

    private static int afterQuoted(String text, int from) {
        int at = from + 1;
        while (text.charAt(at) != '"') {
            at += text.charAt(at) == '\\' ? 2 : 1;
        }
        return at + 1;
    }

    private static String unquoted(String quoted) {
        var inner = quoted.substring(1, quoted.length() - 1);
        if (inner.indexOf('\\') < 0) {
            return inner;
        }
        var out = new StringBuilder();
        for (int i = 0; i < inner.length(); i++) {
            char c = inner.charAt(i);
            if (c == '\\' && i + 1 < inner.length()) {
                char next = inner.charAt(++i);
                switch (next) {
                    case 'n' -> out.append('\n');
                    case '"', '\\' -> out.append(next);
                    default -> out.append('\\').append(next);
                }
            } else {
                out.append(c);
            }
        }
        return out.toString();
    }
}
