package dev.gori.metrics.exposition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class TextParserTest {

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
        new Case(
            "empty lines and comments", TEXT, "\n# hello\n#\nup 1\n\n", "{__name__=\"up\"} 1.0"),
        new Case(
            "labels",
            TEXT,
            "m{a=\"1\",b=\"x y\"} 2.5\n",
            "{__name__=\"m\", a=\"1\", b=\"x y\"} 2.5"),
        new Case(
            "spaces and a trailing comma",
            TEXT,
            "m { a = \"1\" , } \t 2\n",
            "{__name__=\"m\", a=\"1\"} 2.0"),
        new Case(
            "escapes",
            TEXT,
            "m{a=\"q\\\"b\\\\n\\nl\"} 1\n",
            "{__name__=\"m\", a=\"q\\\"b\\\\n\\nl\"} 1.0"),
        new Case(
            "braces in a value",
            TEXT,
            "m{a=\"}\",b=\"{\"} 1\n",
            "{__name__=\"m\", a=\"}\", b=\"{\"} 1.0"),
        new Case("no labels in braces", TEXT, "m{} 1\n", "{__name__=\"m\"} 1.0"),
        new Case(
            "a quoted name",
            TEXT,
            "{\"my.metric\",\"a.b\"=\"1\"} 1\n",
            "{__name__=\"my.metric\", a.b=\"1\"} 1.0"),
        new Case("a time", TEXT, "m 1 1234\n", "{__name__=\"m\"} 1.0 @1234"),
        new Case(
            "seconds in OpenMetrics", OPEN, "m 1 12.5\n# EOF\n", "{__name__=\"m\"} 1.0 @12500"),
        new Case(
            "an exemplar",
            OPEN,
            "m_bucket{le=\"1\"} 3 # {trace_id=\"x\"} 0.5 1\n# EOF\n",
            "{__name__=\"m_bucket\", le=\"1\"} 3.0|  exemplar {trace_id=\"x\"} 0.5 @1000"),
        new Case(
            "an exemplar without labels and time",
            OPEN,
            "m_total 3 5 # {} 0.5\n# EOF\n",
            "{__name__=\"m_total\"} 3.0 @5000|  exemplar {} 0.5"),
        new Case(
            "bounds have one form",
            TEXT,
            "# TYPE m histogram\nm_bucket{le=\"1\"} 2\nm_bucket{le=\"+Inf\"} 2\n# TYPE s summary\ns{quantile=\".5\",le=\"1\"} 2\n",
            "type m histogram|{__name__=\"m_bucket\", le=\"1.0\"} 2.0|{__name__=\"m_bucket\", le=\"+Inf\"} 2.0|type s summary|{__name__=\"s\", le=\"1\", quantile=\"0.5\"} 2.0"),
        new Case(
            "info and stateset",
            OPEN,
            "# TYPE i info\ni_info{v=\"1\"} 1\n# TYPE s stateset\ns{s=\"a\"} 0\n# EOF\n",
            "type i info|{__name__=\"i_info\", v=\"1\"} 1.0|type s stateset|{__name__=\"s\", s=\"a\"} 0.0"),
        new Case(
            "a unit",
            OPEN,
            "# TYPE m_seconds gauge\n# UNIT m_seconds seconds\nm_seconds 1\n# EOF\n",
            "type m_seconds gauge|unit m_seconds seconds|{__name__=\"m_seconds\"} 1.0"),
        new Case(
            "created lines are series unless told otherwise",
            OPEN,
            "# TYPE m counter\nm_total 1\nm_created 5\n# EOF\n",
            "type m counter|{__name__=\"m_total\"} 1.0|{__name__=\"m_created\"} 5.0"),
        new Case(
            "a label named like a keyword",
            TEXT,
            "m{NaN=\"1\",le=\"x\"} 1\n",
            "{NaN=\"1\", __name__=\"m\", le=\"x\"} 1.0"),
        new Case(
            "a metadata line of a quoted name",
            TEXT,
            "# TYPE \"m.x\" gauge\n{\"m.x\"} 1\n",
            "type m.x gauge|{__name__=\"m.x\"} 1.0"),
        new Case(
            "special values",
            TEXT,
            "a NaN\nb +Inf\nc -Inf\nd 1e-3\n",
            "{__name__=\"a\"} NaN|{__name__=\"b\"} Infinity|{__name__=\"c\"} -Infinity|{__name__=\"d\"} 0.001"),
        new Case(
            "metadata",
            TEXT,
            "# HELP m What it is\n# TYPE m counter\nm 1\n",
            "help m What it is|type m counter|{__name__=\"m\"} 1.0"));
  }

  @ParameterizedTest
  @MethodSource
  void reads(Case c) throws Exception {
    assertThat(String.join("|", read(c.text(), c.type()))).isEqualTo(c.expected());
  }

  private static List<String> read(String text, String type) throws ExpositionException {
    return read(text, type, ExpositionParser.Options.DEFAULTS);
  }

  private static List<String> read(String text, String type, ExpositionParser.Options options)
      throws ExpositionException {
    var told = new RecordingSink();
    var bytes =
        text.getBytes(type.equals("latin") ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8);
    ExpositionParser.parse(
        bytes,
        ScrapeProtocol.ofBody(type.equals("latin") ? TEXT : type, Optional.empty()),
        options,
        told);
    return told.lines();
  }

  static Stream<Case> refuses() {
    return Stream.of(
        new Case("no value", TEXT, "a 1\nup\n", "line 2: the line's end (expected: a value)"),
        new Case("no number", TEXT, "up one\n", "line 1: value 'one' (expected: a number)"),
        new Case("a Java number", TEXT, "up 1d\n", "line 1: value '1d' (expected: a number)"),
        new Case(
            "too much",
            TEXT,
            "up 1 2 3\n",
            "line 1: '3' after the value (expected: the end of the line)"),
        new Case(
            "a fraction of a millisecond",
            TEXT,
            "up 1 2.5\n",
            "line 1: time '2.5' (expected: whole milliseconds without a sign)"),
        new Case(
            "windows line ends",
            TEXT,
            "a 1\r\nb 2\r\n",
            "line 1: value '1\r' (expected: a number)"),
        new Case(
            "a time with a sign",
            TEXT,
            "up 1 -2\n",
            "line 1: time '-2' (expected: whole milliseconds without a sign)"),
        new Case("an open quote", TEXT, "up{a=\"1} 2\n", "line 1: an unterminated quoted string"),
        new Case("no quote", TEXT, "up{a=1} 2\n", "line 1: '1} 2' (expected: a quoted string)"),
        new Case("no brace", TEXT, "up{a=\"1\" 2\n", "line 1: '2' (expected: ',' or '}')"),
        new Case("no name", TEXT, "{a=\"1\"} 2\n", "line 1: labels without a metric name"),
        new Case("a page", TEXT, "<html>\n", "line 1: '<html>' (expected: a metric name)"),
        new Case(
            "a label twice",
            TEXT,
            "a 1\nm{a=\"1\",a=\"2\"} 1\n",
            "line 2: duplicate label 'a' in one series"),
        new Case("not UTF-8", "latin", "m{a=\"\u00e4\"} 1\n", "line 1: '\ufffd' is not UTF-8"),
        new Case(
            "an unknown type",
            TEXT,
            "# TYPE m info\n",
            "line 1: metric type 'info' (expected: counter, gauge, histogram, summary or untyped)"),
        new Case(
            "a type of the other format",
            OPEN,
            "# TYPE m untyped\n# EOF\n",
            "line 1: metric type 'untyped' (expected: counter, gauge, histogram, summary, gaugehistogram, info, stateset or unknown)"),
        new Case(
            "a comment",
            OPEN,
            "# hello\n# EOF\n",
            "line 1: a comment (expected: TYPE, HELP, UNIT or EOF in OpenMetrics)"),
        new Case(
            "a unit that is no suffix",
            OPEN,
            "# TYPE m gauge\n# UNIT m seconds\n# EOF\n",
            "line 2: unit 'seconds' (expected: the end of the metric's name 'm')"),
        new Case(
            "an exemplar in the text format",
            TEXT,
            "m 1 # {a=\"1\"} 1\n",
            "line 1: '# {a=\"1\"} 1' after the value (expected: the end of the line)"),
        new Case(
            "an exemplar without a value",
            OPEN,
            "m_total 1 # {a=\"1\"}\n# EOF\n",
            "line 1: the line's end (expected: an exemplar's value)"),
        new Case(
            "a value beyond all floats",
            TEXT,
            "m 1e999\n",
            "line 1: value '1e999' (expected: a number)"),
        new Case(
            "an infinite time",
            OPEN,
            "m 1 +Inf\n# EOF\n",
            "line 1: time '+Inf' (expected: seconds)"),
        new Case("no EOF", OPEN, "up 1\n", "line 2: no '# EOF' at the end"),
        new Case(
            "text after EOF",
            OPEN,
            "# EOF\nup 1\n",
            "line 2: data after '# EOF' (expected: nothing)"),
        new Case(
            "an empty line",
            OPEN,
            "\n# EOF\n",
            "line 1: an empty line (expected: none in OpenMetrics)"));
  }

  @ParameterizedTest
  @MethodSource
  void refuses(Case c) {
    assertThatThrownBy(() -> read(c.text(), c.type())).hasMessage(c.expected());
  }

  @Test
  void createdLinesSayWhenCountersBegan() throws Exception {
    var text =
        """
                # TYPE c counter
                c_total{a="1"} 4
                c_total{a="2"} 5
                c_created{a="2"} 20.5
                c_created{a="1"} 10
                # TYPE h histogram
                h_bucket{le="1.0"} 1
                h_count 1
                h_created 7
                # TYPE g gauge
                g_created 8
                # EOF
                """;
    assertThat(read(text, OPEN, new ExpositionParser.Options(false, false, false, true)))
        .containsExactly(
            "type c counter",
            "{__name__=\"c_total\", a=\"1\"} 4.0",
            "  since 10000",
            "{__name__=\"c_total\", a=\"2\"} 5.0",
            "  since 20500",
            "type h histogram",
            "{__name__=\"h_bucket\", le=\"1.0\"} 1.0",
            "  since 7000",
            "{__name__=\"h_count\"} 1.0",
            "  since 7000",
            "type g gauge",
            "{__name__=\"g_created\"} 8.0");
  }

  @Test
  void classicHistogramsBecomeNativeOnes() throws Exception {
    var text =
        """
                # TYPE h histogram
                h_bucket{a="1",le="1"} 1
                h_bucket{a="1",le="2.5"} 3 # {t="x"} 2 9
                h_bucket{a="1",le="+Inf"} 4
                h_sum{a="1"} 12
                h_count{a="1"} 4
                h_bucket{a="2",le="+Inf"} 2
                h_sum{a="2"} 1
                h_count{a="2"} 2
                h_bucket{a="3",le="1"} 3
                h_bucket{a="3",le="+Inf"} 2
                h_count{a="3"} 2
                # TYPE g gauge
                g_count 3
                # EOF
                """;
    assertThat(read(text, OPEN, new ExpositionParser.Options(false, false, true, false)))
        .containsExactly(
            "type h histogram",
            "{__name__=\"h\", a=\"1\"} {count:4, sum:12, [-Inf,1]:1, (1,2.5]:2, (2.5,+Inf]:1}",
            "  exemplar {t=\"x\"} 2.0 @9000",
            "{__name__=\"h\", a=\"2\"} {count:2, sum:1, [-Inf,+Inf]:2}",
            "type g gauge",
            "{__name__=\"g_count\"} 3.0");
    assertThat(read(text, OPEN, new ExpositionParser.Options(false, true, true, false)))
        .contains(
            "{__name__=\"h_bucket\", a=\"1\", le=\"2.5\"} 3.0",
            "{__name__=\"h\", a=\"2\"} {count:2, sum:1, [-Inf,+Inf]:2}");
  }

  @Test
  void aContentTypeDecides() throws Exception {
    assertThat(ScrapeProtocol.ofBody("text/plain", Optional.empty()))
        .isEqualTo(ScrapeProtocol.TEXT_0_0_4);
    assertThat(
            ScrapeProtocol.ofBody(
                "application/openmetrics-text; version=1.0.0; charset=utf-8", Optional.empty()))
        .isEqualTo(ScrapeProtocol.OPEN_METRICS_1_0_0);
    assertThat(ScrapeProtocol.ofBody("text/html", Optional.of(ScrapeProtocol.PROMETHEUS_PROTO)))
        .isEqualTo(ScrapeProtocol.PROMETHEUS_PROTO);
    assertThatThrownBy(() -> ScrapeProtocol.ofBody("", Optional.empty()))
        .hasMessageContaining("Content-Type ''")
        .hasMessageContaining("fallback_scrape_protocol");
    assertThat(
            ScrapeProtocol.accept(
                ScrapeProtocol.WITH_NATIVE_HISTOGRAMS, EscapingScheme.ALLOW_UTF_8))
        .isEqualTo(
            "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.6,application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,"
                + "application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1");
  }

  /// Every body is parsed or rejected; no other exception is thrown.
  @Test
  void anyTextIsReadOrRefused() {
    var random = new Random(42);
    var seeds =
        List.of(
            "m{a=\"1\",b=\"x\\\\\"} 2.5 17\n# TYPE m counter\n",
            "{\"m.x\",c=\"\\\"\"} NaN\n# EOF\n",
            "a_b:c 0x1p3\r\n# HELP a \\\\ \\n\n");
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
      } catch (ExpositionException _) {
        // rejected, with its line
      }
    }
  }
}
