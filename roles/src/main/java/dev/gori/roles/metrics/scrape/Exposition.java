package dev.gori.roles.metrics.scrape;

import dev.gori.kernel.label.Labels;
import java.util.TreeMap;

/// Reads Prometheus's text format (0.0.4) and OpenMetrics 1.0. Strict: a line that is not understood fails the whole, with its number.
final class Exposition {

    /// What a text says, line by line.
    interface Sink {
        /// @param series the text of name and labels, equal for equal series of one target: a key for what was made of it before
        /// @param millis the sample's own time, or {@link #NO_TIME}
        void sample(String series, double value, long millis);

        void type(String metric, String type);

        void help(String metric, String help);

        void unit(String metric, String unit);
    }

    static final long NO_TIME = Long.MIN_VALUE;

    /// A text that breaks the format.
    static final class Malformed extends Exception {
        private static final long serialVersionUID = 1L;

        Malformed(String message) {
            super(message);
        }
    }

    private final String text;
    private final boolean openMetrics;
    private int line;
    private int at;
    private int end;

    private Exposition(String text, boolean openMetrics) {
        this.text = text;
        this.openMetrics = openMetrics;
    }

    /// @param contentType as the target said; OpenMetrics when it says so, else the text format
    static void read(String text, String contentType, Sink sink) throws Malformed {
        new Exposition(text, contentType.startsWith("application/openmetrics-text")).lines(sink);
    }

    private void lines(Sink sink) throws Malformed {
        int start = 0;
        boolean over = false;
        while (start < text.length()) {
            line++;
            int newline = text.indexOf('\n', start);
            at = start;
            end = newline < 0 ? text.length() : newline;
            start = end + 1;
            if (end > at && text.charAt(end - 1) == '\r') {
                end--;
            }
            if (over) {
                throw bad("text after '# EOF' (expected: nothing)");
            }
            if (newline < 0 && openMetrics && !text.startsWith("# EOF", at)) {
                throw bad("no line end at the end");
            }
            if (text.startsWith("#", at)) {
                over = openMetrics && text.substring(at, end).equals("# EOF");
                comment(sink);
            } else if (!isBlank()) {
                sample(sink);
            } else if (openMetrics) {
                throw bad("an empty line (expected: none in OpenMetrics)");
            }
        }
        if (openMetrics && !over) {
            throw new Malformed("line %d: the text ends without '# EOF'".formatted(line + 1));
        }
    }

    private boolean isBlank() {
        skipSpace();
        return at == end;
    }

    private void comment(Sink sink) {
        var words = text.substring(at, end).split("[ \t]+", 4);
        if (words.length >= 3) {
            var metric = words[2].startsWith("\"") && words[2].endsWith("\"") && words[2].length() > 1 ? words[2].substring(1, words[2].length() - 1) : words[2];
            var rest = words.length > 3 ? words[3] : "";
            switch (words[1]) {
                case "TYPE" -> sink.type(metric, rest.strip());
                case "HELP" -> sink.help(metric, rest.replace("\\n", "\n").replace("\\\\", "\\"));
                case "UNIT" -> sink.unit(metric, rest.strip());
                default -> {} // a comment
            }
        }
    }

    private void sample(Sink sink) throws Malformed {
        int start = at;
        boolean named = skipName();
        int afterName = at;
        skipSpace();
        if (at < end && text.charAt(at) == '{') {
            skipLabels(named);
            afterName = at;
        } else if (!named) {
            throw bad("%s (expected: a metric name)".formatted(here()));
        }
        var series = text.substring(start, afterName);
        skipSpace();
        double value = number(word("a value"));
        long millis = NO_TIME;
        skipSpace();
        if (at < end && text.charAt(at) != '#') {
            millis = time(word("a time"));
            skipSpace();
        }
        if (at < end && openMetrics && text.startsWith("# {", at)) {
            at = end; // an exemplar: read over, see docs/compat/prometheus-api.md
        }
        if (at < end) {
            throw bad("%s after the value (expected: the end of the line)".formatted(here()));
        }
        sink.sample(series, value, millis);
    }

    private boolean skipName() {
        int start = at;
        while (at < end && isNameCharacter(text.charAt(at), at == start)) {
            at++;
        }
        return at > start;
    }

    private static boolean isNameCharacter(char c, boolean first) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == ':' || (!first && c >= '0' && c <= '9');
    }

    /// `{name="value", …}`; a quoted text without a value is the metric's name.
    private void skipLabels(boolean named) throws Malformed {
        at++;
        boolean hasName = named;
        while (true) {
            skipSpace();
            if (at < end && text.charAt(at) == '}') {
                at++;
                break;
            }
            boolean quoted = at < end && text.charAt(at) == '"';
            if (quoted) {
                skipQuoted();
            } else if (!skipName()) {
                throw bad("%s (expected: a label name)".formatted(here()));
            }
            skipSpace();
            if (at < end && text.charAt(at) == '=') {
                at++;
                skipSpace();
                skipQuoted();
            } else if (quoted && !hasName) {
                hasName = true;
            } else {
                throw bad("%s (expected: '=')".formatted(here()));
            }
            skipSpace();
            if (at < end && text.charAt(at) == ',') {
                at++;
            } else if (at >= end || text.charAt(at) != '}') {
                throw bad("%s (expected: ',' or '}')".formatted(here()));
            }
        }
        if (!hasName) {
            throw bad("labels without a metric name");
        }
    }

    private void skipQuoted() throws Malformed {
        if (at >= end || text.charAt(at) != '"') {
            throw bad("%s (expected: a quoted text)".formatted(here()));
        }
        at++;
        while (at < end && text.charAt(at) != '"') {
            at += text.charAt(at) == '\\' ? 2 : 1;
        }
        if (at >= end) {
            throw bad("a quoted text that does not end");
        }
        at++;
    }

    private void skipSpace() {
        while (at < end && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
            at++;
        }
    }

    private String word(String expected) throws Malformed {
        int start = at;
        while (at < end && text.charAt(at) != ' ' && text.charAt(at) != '\t') {
            at++;
        }
        if (at == start) {
            throw bad("%s (expected: %s)".formatted(here(), expected));
        }
        return text.substring(start, at);
    }

    private double number(String word) throws Malformed {
        switch (word) {
            case "NaN", "nan" -> {
                return Double.longBitsToDouble(0x7ff8000000000001L); // Prometheus's own "normal" NaN
            }
            case "+Inf", "Inf", "+inf", "inf" -> {
                return Double.POSITIVE_INFINITY;
            }
            case "-Inf", "-inf" -> {
                return Double.NEGATIVE_INFINITY;
            }
            default -> {
                char last = word.charAt(word.length() - 1);
                boolean plain = (last >= '0' && last <= '9') || last == '.' || word.startsWith("0x");
                try {
                    if (plain) {
                        return Double.parseDouble(word);
                    }
                } catch (NumberFormatException _) {
                    // said below
                }
                throw bad("value '%s' (expected: a number)".formatted(word));
            }
        }
    }

    private long time(String word) throws Malformed {
        try {
            return openMetrics ? Math.round(Double.parseDouble(word) * 1000) : Long.parseLong(word);
        } catch (NumberFormatException _) {
            throw bad("time '%s' (expected: %s)".formatted(word, openMetrics ? "seconds" : "whole milliseconds"));
        }
    }

    private String here() {
        return at >= end ? "the line's end" : "'" + text.substring(at, Math.min(end, at + 20)) + "'";
    }

    private Malformed bad(String what) {
        return new Malformed("line %d: %s".formatted(line, what));
    }

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
        while (isNameCharacter(text.charAt(at), false)) {
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
