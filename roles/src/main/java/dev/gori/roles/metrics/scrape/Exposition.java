package dev.gori.roles.metrics.scrape;

import java.nio.charset.StandardCharsets;

/// Reads Prometheus's text format (0.0.4) and OpenMetrics 1.0. Strict: a line that is not understood fails the whole, with its number.
final class Exposition {

    /*
     * A target says nearly the same at every scrape, in the same order. So the sink is asked first, at the start of a line, whether it knows
     * the series that stands there; then only the value is read. No string is made of a line that was there before.
     */

    /// What a text says, line by line.
    interface Sink {
        /// The length of the name and labels that begin at a place, when they are those of a known series and the value follows; else 0.
        int known(byte[] text, int from, int to);

        /// Whether the round before had the same comment at this place among the comments.
        boolean isRepeated(byte[] text, int from, int to);

        /// Name and labels stand in the text from one place to another: the same bytes for the same series of one target, and so a key for what
        /// was made of it before.
        ///
        /// @param millis the sample's own time, or {@link #NO_TIME}
        void sample(byte[] text, int from, int to, double value, long millis);

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

    private final byte[] text;
    private final boolean openMetrics;
    private int line;
    private int at;
    private int end;

    private Exposition(byte[] text, boolean openMetrics) {
        this.text = text;
        this.openMetrics = openMetrics;
    }

    /// @param text well-formed UTF-8
    /// @param contentType as the target said; OpenMetrics when it says so, else the text format
    static void read(byte[] text, String contentType, Sink sink) throws Malformed {
        new Exposition(text, contentType.startsWith("application/openmetrics-text")).lines(sink);
    }

    private void lines(Sink sink) throws Malformed {
        int start = 0;
        boolean over = false;
        while (start < text.length) {
            line++;
            at = start;
            int known = over ? 0 : sink.known(text, start, text.length);
            end = lineEnd(start + known);
            boolean isEnded = end < text.length;
            start = end + 1;
            if (end > at && text[end - 1] == '\r') {
                end--;
            }
            if (over) {
                throw bad("text after '# EOF' (expected: nothing)");
            }
            boolean isEof = openMetrics && is("# EOF");
            if (!isEnded && openMetrics && !isEof) {
                throw bad("no line end at the end");
            }
            if (known > 0) {
                value(sink, at, at + known);
            } else if (isEof) {
                over = true;
            } else if (at < end && text[at] == '#') {
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

    private int lineEnd(int from) {
        int place = from;
        while (place < text.length && text[place] != '\n') {
            place++;
        }
        return place;
    }

    /// Whether this is the whole line.
    private boolean is(String words) {
        return end - at == words.length() && startsWith(words);
    }

    private boolean startsWith(String words) {
        if (end - at < words.length()) {
            return false;
        }
        for (int i = 0; i < words.length(); i++) {
            if (text[at + i] != words.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private boolean isBlank() {
        skipSpace();
        return at == end;
    }

    private void comment(Sink sink) {
        if (sink.isRepeated(text, at, end)) {
            return;
        }
        var words = string(at, end).split("[ \t]+", 4);
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
        if (at < end && text[at] == '{') {
            skipLabels(named);
            afterName = at;
        } else if (!named) {
            throw bad("%s (expected: a metric name)".formatted(here()));
        }
        value(sink, start, afterName);
    }

    /// What follows name and labels.
    private void value(Sink sink, int from, int to) throws Malformed {
        at = to;
        skipSpace();
        double value = number("a value");
        long millis = NO_TIME;
        skipSpace();
        if (at < end && text[at] != '#') {
            millis = time();
            skipSpace();
        }
        if (at < end && openMetrics && startsWith("# {")) {
            at = end; // an exemplar: read over, see docs/compat/prometheus-api.md
        }
        if (at < end) {
            throw bad("%s after the value (expected: the end of the line)".formatted(here()));
        }
        sink.sample(text, from, to, value, millis);
    }

    private boolean skipName() {
        int start = at;
        while (at < end && isNameCharacter(text[at], at == start)) {
            at++;
        }
        return at > start;
    }

    static boolean isNameCharacter(int c, boolean first) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == ':' || (!first && c >= '0' && c <= '9');
    }

    /// `{name="value", …}`; a quoted text without a value is the metric's name.
    private void skipLabels(boolean named) throws Malformed {
        at++;
        boolean hasName = named;
        while (true) {
            skipSpace();
            if (at < end && text[at] == '}') {
                at++;
                break;
            }
            boolean quoted = at < end && text[at] == '"';
            if (quoted) {
                skipQuoted();
            } else if (!skipName()) {
                throw bad("%s (expected: a label name)".formatted(here()));
            }
            skipSpace();
            if (at < end && text[at] == '=') {
                at++;
                skipSpace();
                skipQuoted();
            } else if (quoted && !hasName) {
                hasName = true;
            } else {
                throw bad("%s (expected: '=')".formatted(here()));
            }
            skipSpace();
            if (at < end && text[at] == ',') {
                at++;
            } else if (at >= end || text[at] != '}') {
                throw bad("%s (expected: ',' or '}')".formatted(here()));
            }
        }
        if (!hasName) {
            throw bad("labels without a metric name");
        }
    }

    private void skipQuoted() throws Malformed {
        if (at >= end || text[at] != '"') {
            throw bad("%s (expected: a quoted text)".formatted(here()));
        }
        at++;
        while (at < end && text[at] != '"') {
            at += text[at] == '\\' ? 2 : 1;
        }
        if (at >= end) {
            throw bad("a quoted text that does not end");
        }
        at++;
    }

    private void skipSpace() {
        while (at < end && (text[at] == ' ' || text[at] == '\t')) {
            at++;
        }
    }

    /// Passes a word and returns where it began.
    private int word(String expected) throws Malformed {
        int start = at;
        while (at < end && text[at] != ' ' && text[at] != '\t') {
            at++;
        }
        if (at == start) {
            throw bad("%s (expected: %s)".formatted(here(), expected));
        }
        return start;
    }

    private double number(String what) throws Malformed {
        int start = word(what);
        try {
            return NumberText.parse(text, start, at);
        } catch (NumberFormatException _) {
            throw bad("value '%s' (expected: a number)".formatted(string(start, at)));
        }
    }

    private long time() throws Malformed {
        var word = string(word("a time"), at);
        try {
            return openMetrics ? Math.round(Double.parseDouble(word) * 1000) : Long.parseLong(word);
        } catch (NumberFormatException _) {
            throw bad("time '%s' (expected: %s)".formatted(word, openMetrics ? "seconds" : "whole milliseconds"));
        }
    }

    private String string(int from, int to) {
        return new String(text, from, to - from, StandardCharsets.UTF_8);
    }

    private String here() {
        return at >= end ? "the line's end" : "'" + string(at, Math.min(end, at + 20)) + "'";
    }

    private Malformed bad(String what) {
        return new Malformed("line %d: %s".formatted(line, what));
    }
}
