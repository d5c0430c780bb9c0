package dev.gori.kernel.gotext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.re2j.Pattern;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What the documentation of Go's packages `strconv`, `time` and `regexp`, and of Prometheus's
/// `model`, promises.
final class GoDocumentationTest {

  @ParameterizedTest
  @CsvSource({
    "3.1415926535, e, -1, 3.1415926535e+00",
    "3.1415926535, g, -1, 3.1415926535",
    "3.1415926535, f,  2, 3.14",
    "1,            e,  5, 1.00000e+00",
    "1,            f,  5, 1.00000",
    "1,            g,  5, 1",
    "1,            g, -1, 1",
    "20,           g, -1, 20",
    "1234567.8,    g, -1, 1.2345678e+06",
    "200000,       g, -1, 200000",
    "2000000,      g, -1, 2e+06",
    "1e10,         g, -1, 1e+10",
    "400,          g,  2, 4e+02",
    "40,           g,  2, 40",
    "4,            g,  2, 4",
    ".4,           g,  2, 0.4",
    ".04,          g,  2, 0.04",
    ".004,         g,  2, 0.004",
    ".0004,        g,  2, 0.0004",
    ".00004,       g,  2, 4e-05",
    "0,            e,  4, 0.0000e+00",
    "0,            e, -1, 0e+00",
    "-0.0,         g, -1, -0",
    "-1,           e, -1, -1e+00",
    "12,           e,  0, 1e+01",
    "123456700,    e,  0, 1e+08",
    "1.5,          f,  0, 2",
    "2.5,          f,  0, 2",
    "1e23,         e, -1, 1e+23",
    "1e23,         f, -1, 100000000000000000000000",
    "1e23,         g, 17, 9.9999999999999992e+22",
    "5e-324,       g, -1, 5e-324",
    "2.2250738585072011e-308, g, -1, 2.225073858507201e-308",
    "NaN,          f,  3, NaN",
    "Infinity,     g, -1, +Inf",
    "-Infinity,    e, -1, -Inf",
  })
  void strconvFormatFloat(double value, char format, int precision, String expected) {
    assertThat(GoFloat.format(value, format, precision)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "1e21, 1e+21, 1000000000000000000000",
    "1e20, 100000000000000000000, 100000000000000000000",
    "1e-6, 0.000001, 0.000001",
    "1.5e-9, 1.5e-09, 0.0000000015",
    "-0.0, -0, -0",
    "NaN, NaN, NaN",
  })
  void floatsInJsonAndInLabels(double value, String json, String decimal) {
    assertThat(GoFloat.json(value)).isEqualTo(json);
    assertThat(GoFloat.decimal(value)).isEqualTo(decimal);
  }

  @Test
  void decimalsOfManySizesAreTheShortest() {
    for (long seed = 1; seed <= 50_000; seed++) {
      var random = new Random(seed);
      double value =
          (random.nextDouble() - 0.5) * Math.pow(10, random.nextInt(26) - 5) + random.nextInt(3);
      var text = GoFloat.decimal(value);
      assertThat(text).as("seed %d", seed).isEqualTo(GoFloat.format(value, 'f', -1));
      assertThat(Double.parseDouble(text)).isEqualTo(value);
      var digits = new BigDecimal(text).stripTrailingZeros();
      if (digits.precision() > 1) {
        assertThat(digits.round(new MathContext(digits.precision() - 1)).doubleValue())
            .isNotEqualTo(value);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "3.1415926535, 3.1415926535",
    "1e23, 1e23",
    "1_23.50_0_0e+1_2, 1.235e14",
    "+1.5e9, 1.5e9",
    ".5, 0.5",
    "5., 5",
    "0x1p-2, 0.25",
    "inf, Infinity",
    "+Inf, Infinity",
    "infinity, Infinity",
    "-INFINITY, -Infinity",
    "NaN, NaN",
  })
  void strconvParseFloat(String text, double expected) {
    assertThat(GoFloat.parse(text)).contains(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "1x", "1.1.", "1e", "_1", "1_", "1__0", "1f", " 1", "+nan", "1e309", "0x1"})
  void textsThatParseFloatRejects(String text) {
    assertThat(GoFloat.parse(text)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\\a\\b\\f\\r\\n\\t\\v | \"\\a\\b\\f\\r\\n\\t\\v\"",
        "abc\\xffdef                | \"abc\\xffdef\"",
        "☺                         | \"☺\"",
        "\\U0010ffff                | \"\\U0010ffff\"",
        "\\x04                      | \"\\x04\"",
        "\\x7f                      | \"\\x7f\"",
        "\\u00a0                    | \"\\u00a0\"",
        "\\u200b                    | \"\\u200b\"",
        "\\101\\x42\\u0043\\U00000044 | \"ABCD\"",
        "\\xe2\\x98\\xba              | \"☺\"",
        "it\\'s \\\"so\\\"              | \"it's \\\"so\\\"\"",
      })
  void strconvUnquoteAndQuote(String literal, String quoted) {
    assertThat(GoString.quote(GoString.unquote(literal))).isEqualTo(quoted);
  }

  @Test
  void otherQuotesAndAscii() {
    assertThat(GoString.quote("☺", '"', true)).isEqualTo("\"\\u263a\"");
    assertThat(GoString.quote("'", '\'', false)).isEqualTo("'\\''");
    assertThat(GoString.quote("\"", '\'', false)).isEqualTo("'\"'");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\\q         | unknown escape sequence U+0071",
        "\\          | escape sequence not terminated",
        "\\x+1       | escape sequence is an invalid Unicode code point",
        "\\x1        | escape sequence is an invalid Unicode code point",
        "\\400       | escape sequence is an invalid Unicode code point",
        "\\ud800     | escape sequence is an invalid Unicode code point",
        "\\U00110000 | escape sequence is an invalid Unicode code point",
      })
  void literalsThatUnquoteRejects(String literal, String reason) {
    assertThatThrownBy(() -> GoString.unquote(literal)).hasMessageContaining(reason);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0s",
    "1, 1ns",
    "1100, 1.1µs",
    "2200000, 2.2ms",
    "3300000000, 3.3s",
    "245000000000, 4m5s",
    "245001000000, 4m5.001s",
    "18367001000000, 5h6m7.001s",
    "480000000001, 8m0.000000001s",
    "-7200000000000, -2h0m0s",
    "9223372036854775807, 2562047h47m16.854775807s",
    "-9223372036854775808, -2562047h47m16.854775808s",
  })
  void timeDuration(long nanos, String text) {
    assertThat(GoDuration.format(Duration.ofNanos(nanos))).isEqualTo(text);
    assertThat(GoDuration.parse(text)).isEqualTo(Duration.ofNanos(nanos));
  }

  @ParameterizedTest
  @CsvSource({
    "300ms, 300000000",
    "-1.5h, -5400000000000",
    "2h45m, 9900000000000",
    "+5s, 5000000000",
    "10.5s4m, 250500000000",
    ".5s, 500000000",
    "1us, 1000",
    "1μs, 1000",
    "0, 0",
    "-0, 0",
    "0.3333333333333333333h, 1199999999999",
  })
  void timeParseDuration(String text, long nanos) {
    assertThat(GoDuration.parse(text)).isEqualTo(Duration.ofNanos(nanos));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''                    | time: invalid duration \"\"",
        "3                     | time: missing unit in duration \"3\"",
        "-                     | time: invalid duration \"-\"",
        "s                     | time: invalid duration \"s\"",
        ".s                    | time: invalid duration \".s\"",
        "1d                    | time: unknown unit \"d\" in duration \"1d\"",
        "3000000h              | time: invalid duration \"3000000h\"",
        "9223372036854775808ns | time: invalid duration \"9223372036854775808ns\"",
      })
  void durationsThatGoRejects(String text, String reason) {
    assertThatThrownBy(() -> GoDuration.parse(text)).hasMessage(reason);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0s",
    "324, 324ms",
    "3000, 3s",
    "300000, 5m",
    "3600000, 1h",
    "345600000, 4d",
    "691200000, 8d",
    "1209600000, 2w",
    "315360000000, 10y",
    "90061001, 1d1h1m1s1ms",
    "-5400000, -1h30m",
  })
  void prometheusDuration(long millis, String text) {
    assertThat(PrometheusDuration.format(Duration.ofMillis(millis))).isEqualTo(text);
    if (millis >= 0) {
      assertThat(PrometheusDuration.parse(text)).isEqualTo(Duration.ofMillis(millis));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "1y1m1d", "-1w", "1.5d", "d", "", "10yy", "294y", "99999999999999w"})
  void durationsThatPrometheusRejects(String text) {
    assertThatThrownBy(() -> PrometheusDuration.parse(text)).hasMessageContaining("(expected: ");
  }

  /// What Go's `Regexp.ExpandString` gives for the same templates.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "$1         | x",
        "${1}-$2    | x-y",
        "$name      | y",
        "${name}s   | ys",
        "$names     | ``",
        "$1x        | ``",
        "$01        | ``",
        "$9         | ``",
        "$999999999 | ``",
        "$$1        | $1",
        "5$         | 5$",
        "a$-b       | a$-b",
        "${1        | ${1",
        "${}        | ${}",
        "$ 1        | $ 1",
      })
  void regexpExpand(String template, String expected) {
    var match = Pattern.compile("(x)(?P<name>y)").matcher("xy");
    assertThat(match.find()).isTrue();

    assertThat(GoRegexp.expand(template, match)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "a(x*)b, -ab-axxb-, T, -T-T-",
    "a(x*)b, -ab-axxb-, $1, --xx-",
    "a(x*)b, -ab-axxb-, $1W, ---",
    "a(x*)b, -ab-axxb-, ${1}W, -W-xxW-",
  })
  void regexpReplaceAllString(String pattern, String text, String template, String expected) {
    assertThat(GoRegexp.replaceAll(Pattern.compile(pattern), text, template)).isEqualTo(expected);
  }
}
