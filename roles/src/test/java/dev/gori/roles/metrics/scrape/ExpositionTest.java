package dev.gori.roles.metrics.scrape;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class ExpositionTest {

    private static final String TEXT = "text/plain; version=0.0.4";
    private static final String OPEN = "application/openmetrics-text; version=1.0.0";

    record Case(String name, String type, String text, String expected) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Case> reads() {
        return Stream.of(
                new Case("bare", TEXT, "up 1\n", "{__name__=\"up\"} 1.0"),
                new Case("no line end", TEXT, "up 1", "{__name__=\"up\"} 1.0"),
                new Case("empty lines and comments", TEXT, "\n# hello\n#\nup 1\n\n", "{__name__=\"up\"} 1.0"),
                new Case("labels", TEXT, "m{a=\"1\",b=\"x y\"} 2.5\n", "{__name__=\"m\", a=\"1\", b=\"x y\"} 2.5"),
                new Case("spaces and a trailing comma", TEXT, "m { a = \"1\" , } \t 2\n", "{__name__=\"m\", a=\"1\"} 2.0"),
                new Case("escapes", TEXT, "m{a=\"q\\\"b\\\\n\\nl\"} 1\n", "{__name__=\"m\", a=\"q\\\"b\\\\n\\nl\"} 1.0"),
                new Case("braces in a value", TEXT, "m{a=\"}\",b=\"{\"} 1\n", "{__name__=\"m\", a=\"}\", b=\"{\"} 1.0"),
                new Case("no labels in braces", TEXT, "m{} 1\n", "{__name__=\"m\"} 1.0"),
                new Case("a quoted name", TEXT, "{\"my.metric\",\"a.b\"=\"1\"} 1\n", "{__name__=\"my.metric\", a.b=\"1\"} 1.0"),
                new Case("a time", TEXT, "m 1 1234\n", "{__name__=\"m\"} 1.0 @1234"),
                new Case("seconds in OpenMetrics", OPEN, "m 1 12.5\n# EOF\n", "{__name__=\"m\"} 1.0 @12500"),
                new Case("an exemplar", OPEN, "m_bucket{le=\"1\"} 3 # {trace_id=\"x\"} 0.5 1\n# EOF\n", "{__name__=\"m_bucket\", le=\"1\"} 3.0"),
                new Case("special values", TEXT, "a NaN\nb +Inf\nc -Inf\nd 1e-3\n",
                        "{__name__=\"a\"} NaN|{__name__=\"b\"} Infinity|{__name__=\"c\"} -Infinity|{__name__=\"d\"} 0.001"),
                new Case("windows line ends", TEXT, "a 1\r\nb 2\r\n", "{__name__=\"a\"} 1.0|{__name__=\"b\"} 2.0"),
                new Case("metadata", TEXT, "# HELP m What it is\n# TYPE m counter\nm 1\n", "help m What it is|type m counter|{__name__=\"m\"} 1.0"));
    }

    @ParameterizedTest
    @MethodSource
    void reads(Case c) throws Exception {
        assertThat(String.join("|", read(c.text(), c.type()))).isEqualTo(c.expected());
    }

    private static List<String> read(String text, String type) throws Exposition.Malformed {
        var found = new ArrayList<String>();
        Exposition.read(text.getBytes(StandardCharsets.UTF_8), type, new Exposition.Sink() {
            @Override
            public int known(byte[] bytes, int from, int to) {
                return 0;
            }

            @Override
            public boolean isRepeated(byte[] bytes, int from, int to) {
                return false;
            }

            @Override
            public void sample(byte[] bytes, int from, int to, double value, long millis) {
                try {
                    found.add(SeriesText.labels(new String(bytes, from, to - from, StandardCharsets.UTF_8)) + " " + value + (millis == Exposition.NO_TIME ? "" : " @" + millis));
                } catch (Exposition.Malformed e) {
                    throw new IllegalArgumentException(e.getMessage(), e);
                }
            }

            @Override
            public void type(String metric, String what) {
                found.add("type " + metric + " " + what);
            }

            @Override
            public void help(String metric, String what) {
                found.add("help " + metric + " " + what);
            }

            @Override
            public void unit(String metric, String what) {
                found.add("unit " + metric + " " + what);
            }
        });
        return found;
    }

    static Stream<Case> refuses() {
        return Stream.of(
                new Case("no value", TEXT, "a 1\nup\n", "line 2: the line's end (expected: a value)"),
                new Case("no number", TEXT, "up one\n", "line 1: value 'one' (expected: a number)"),
                new Case("a Java number", TEXT, "up 1d\n", "line 1: value '1d' (expected: a number)"),
                new Case("too much", TEXT, "up 1 2 3\n", "line 1: '3' after the value (expected: the end of the line)"),
                new Case("a fraction of a millisecond", TEXT, "up 1 2.5\n", "line 1: time '2.5' (expected: whole milliseconds)"),
                new Case("an open quote", TEXT, "up{a=\"1} 2\n", "line 1: a quoted text that does not end"),
                new Case("no quote", TEXT, "up{a=1} 2\n", "line 1: '1} 2' (expected: a quoted text)"),
                new Case("no brace", TEXT, "up{a=\"1\" 2\n", "line 1: '2' (expected: ',' or '}')"),
                new Case("no name", TEXT, "{a=\"1\"} 2\n", "line 1: labels without a metric name"),
                new Case("a page", TEXT, "<html>\n", "line 1: '<html>' (expected: a metric name)"),
                new Case("no EOF", OPEN, "up 1\n", "line 2: the text ends without '# EOF'"),
                new Case("text after EOF", OPEN, "# EOF\nup 1\n", "line 2: text after '# EOF' (expected: nothing)"),
                new Case("an empty line", OPEN, "\n# EOF\n", "line 1: an empty line (expected: none in OpenMetrics)"));
    }

    @ParameterizedTest
    @MethodSource
    void refuses(Case c) {
        assertThatThrownBy(() -> read(c.text(), c.type())).hasMessage(c.expected());
    }

    /// Whatever a target sends, it is read or refused; nothing else is thrown.
    @Test
    void anyTextIsReadOrRefused() {
        var random = new Random(42);
        var seeds = List.of("m{a=\"1\",b=\"x\\\\\"} 2.5 17\n# TYPE m counter\n", "{\"m.x\",c=\"\\\"\"} NaN\n# EOF\n", "a_b:c 0x1p3\r\n# HELP a \\\\ \\n\n");
        var letters = "{}\"=,\\ \n#amN+-.0123eEx\t\r\u00e4";
        for (int i = 0; i < 200_000; i++) {
            var text = new StringBuilder(seeds.get(random.nextInt(seeds.size())));
            for (int changes = random.nextInt(4); changes >= 0; changes--) {
                int at = random.nextInt(text.length());
                switch (random.nextInt(3)) {
                    case 0 -> text.deleteCharAt(at);
                    case 1 -> text.insert(at, letters.charAt(random.nextInt(letters.length())));
                    default -> text.setCharAt(at, letters.charAt(random.nextInt(letters.length())));
                }
            }
            try {
                read(text.toString(), random.nextBoolean() ? TEXT : OPEN);
            } catch (Exposition.Malformed _) {
                // refused, with its line
            } catch (IllegalArgumentException e) {
                assertThat(e).as("%s", text).hasMessageContaining("is there twice");
            }
        }
    }
}
