package dev.gori.promql.syntax;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class SyntaxTest {

  record Case(String name, String text, String expected) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Case> reads() {
    return Stream.of(
        new Case("name", "up", "up"),
        new Case("name with colons", "job:up:sum", "job:up:sum"),
        new Case("matchers", "up{job = 'a', x!~\"b.*\",}", "up{job=\"a\",x!~\"b.*\"}"),
        new Case("only matchers", "{job=\"a\"}", "{job=\"a\"}"),
        new Case(
            "name in quotes",
            "{\"disk.usage\", \"dotted.label\"=\"x\"}",
            "{\"dotted.label\"=\"x\",__name__=\"disk.usage\"}"),
        new Case("plain name in quotes", "{\"up\"}", "{__name__=\"up\"}"),
        new Case(
            "raw string",
            "label_replace(up, `a`, '$1', \"b\", `\\d`)",
            "label_replace(up, \"a\", \"$1\", \"b\", \"\\\\d\")"),
        new Case("range", "rate(up[5m])", "rate(up[5m])"),
        new Case("range in seconds", "rate(up[90])", "rate(up[1m30s])"),
        new Case("offset and @", "up offset -5m @ 12.5", "up @ 12.500 offset -5m"),
        new Case("@ start", "up[5m] @ start()", "up[5m] @ start()"),
        new Case(
            "subquery",
            "max_over_time(rate(up[1m])[1h:] offset 1w)",
            "max_over_time(rate(up[1m])[1h:] offset 1w)"),
        new Case("power binds to the right", "2^3^2", "2 ^ 3 ^ 2"),
        new Case("minus before power", "-1^2", "-1 ^ 2"),
        new Case("matching", "a * ON (x) GROUP_LEFT(y) b", "a * on (x) group_left (y) b"),
        new Case("ignoring", "a and ignoring(x,) b", "a and ignoring (x) b"),
        new Case("on nothing", "a + on() b", "a + on () b"),
        new Case("bool", "a >= bool 1", "a >= bool 1"),
        new Case("by before", "sum by (job, \"a.b\") (up)", "sum by (job, \"a.b\") (up)"),
        new Case("by after", "sum(up) BY (job)", "sum by (job) (up)"),
        new Case("without", "max(up) without ()", "max without () (up)"),
        new Case("parameter", "topk(5, up)", "topk(5, up)"),
        new Case("hexadecimal", "0x1F + 0755 + 1_000", "31 + 493 + 1000"),
        new Case("duration as number", "1h30m", "1h30m"),
        new Case("infinity", "-Inf + NaN", "-Inf + NaN"),
        new Case("keywords as names", "sum + by + offset", "sum + by + offset"),
        new Case("comment", "up # all of them\n + 1", "up + 1"),
        new Case("fill", "a + fill(0) b", "a + fill (0) b"),
        new Case("anchored", "increase(up[5m] anchored)", "increase(up[5m] anchored)"),
        new Case("duration expression", "rate(up[step() + 1m*2])", "rate(up[step() + 1m * 2])"));
  }

  @ParameterizedTest
  @MethodSource
  void reads(Case c) {
    var expr = Syntax.parse(c.text(), true);
    assertThat(Syntax.print(expr)).isEqualTo(c.expected());
    assertThat(Syntax.print(Syntax.parse(Syntax.print(expr), true))).isEqualTo(c.expected());
  }

  static Stream<Case> refuses() {
    return Stream.of(
        new Case("nothing", "", "unknown position: parse error: no expression found in input"),
        new Case("no end", "sum(up", "1:7: parse error: unclosed left parenthesis"),
        new Case("no right side", "up +", "1:5: parse error: unexpected end of input"),
        new Case("second line", "up\n+ )", "2:4: parse error: unexpected right parenthesis ')'"),
        new Case(
            "no such function",
            "bogus(up)",
            "1:1: parse error: unknown function with name \"bogus\""),
        new Case(
            "instant for range",
            "rate(up)",
            "1:6: parse error: expected type range vector in call to function \"rate\", got instant vector"),
        new Case(
            "too few arguments",
            "clamp(up)",
            "1:1: parse error: expected 3 argument(s) in call to \"clamp\", got 1"),
        new Case(
            "too many arguments",
            "round(up, 1, 2)",
            "1:1: parse error: expected at most 2 argument(s) in call to \"round\", got 3"),
        new Case(
            "everything",
            "{}",
            "1:1: parse error: vector selector must contain at least one non-empty matcher"),
        new Case(
            "matches empty",
            "{a=~\".*\"}",
            "1:1: parse error: vector selector must contain at least one non-empty matcher"),
        new Case(
            "name twice",
            "up{__name__=\"down\"}",
            "1:1: parse error: metric name must not be set twice: \"up\" or \"down\""),
        new Case(
            "bad regex",
            "up{a=~\"(\"}",
            "1:4: parse error: error parsing regexp: missing closing ): `(`"),
        new Case(
            "no value",
            "up{a=}",
            "1:6: parse error: unexpected \"}\" in label matching, expected string"),
        new Case(
            "odd character",
            "up{a$=\"b\"}",
            "1:5: parse error: unexpected character inside braces: '$'"),
        new Case(
            "scalar comparison",
            "1 < 2",
            "1:3: parse error: comparisons between scalars must use BOOL modifier"),
        new Case(
            "bool elsewhere",
            "a + bool b",
            "1:3: parse error: bool modifier can only be used on comparison operators"),
        new Case(
            "set of scalars",
            "1 and 2",
            "1:1: parse error: set operator \"and\" not allowed in binary scalar expression"),
        new Case(
            "grouped set",
            "a and on(x) group_left b",
            "1:1: parse error: no grouping allowed for \"and\" operation"),
        new Case(
            "on and group",
            "a + on(x) group_left(x) b",
            "1:3: parse error: label \"x\" must not occur in ON and GROUP clause at once"),
        new Case("keyword", "a on b", "1:3: parse error: unexpected <on>"),
        new Case(
            "grouping without labels",
            "sum by a (up)",
            "1:8: parse error: unexpected identifier \"a\" in grouping opts, expected \"(\""),
        new Case(
            "matching of scalars",
            "a + on(x) 1",
            "1:1: parse error: vector matching only allowed between instant vectors"),
        new Case(
            "range of a function",
            "rate(abs(up)[5m])",
            "1:13: parse error: ranges only allowed for vector selectors"),
        new Case(
            "offset twice",
            "up offset 1m offset 2m",
            "1:1: parse error: offset may not be set multiple times"),
        new Case(
            "offset of a number",
            "1 offset 1m",
            "1:1: parse error: offset modifier must be preceded by an instant vector selector or range vector selector or a subquery"),
        new Case("empty range", "up[0s]", "1:4: parse error: duration must be greater than 0"),
        new Case(
            "bad duration", "up[5x]", "1:4: parse error: bad number or duration syntax: \"5\""),
        new Case("open string", "up{a=\"b}", "1:6: parse error: unterminated quoted string"),
        new Case(
            "minus a string",
            "-\"a\"",
            "1:1: parse error: unary expression only allowed on expressions of type scalar or instant vector, got \"string\""),
        new Case(
            "last comma",
            "clamp_max(up, 1,)",
            "1:16: parse error: trailing commas not allowed in function call args"),
        new Case(
            "not enabled",
            "limitk(1, up)",
            "1:1: parse error: limitk() is experimental and must be enabled with --enable-feature=promql-experimental-functions"),
        new Case(
            "function not enabled",
            "mad_over_time(up[5m])",
            "1:1: parse error: function \"mad_over_time\" is not enabled"));
  }

  @ParameterizedTest
  @MethodSource
  void refuses(Case c) {
    assertThatThrownBy(() -> Syntax.parse(c.text(), false))
        .isInstanceOf(ParseException.class)
        .hasMessage(c.expected());
  }

  @Test
  void longExpressionsAreWrittenOnSeveralLines() {
    var query =
        "sum by (job, instance) (rate(http_requests_total{instance=\"one\",job=\"api\"}[5m])) / sum by (job, instance) "
            + "(rate(http_requests_total{job=\"api\"}[5m]))";
    var pretty = Syntax.pretty(Syntax.parse(query, false));

    assertThat(pretty)
        .isEqualTo(
            """
                  sum by (job, instance) (rate(http_requests_total{instance="one",job="api"}[5m]))
                /
                  sum by (job, instance) (rate(http_requests_total{job="api"}[5m]))""");
    assertThat(Syntax.print(Syntax.parse(pretty, false))).isEqualTo(query);
  }

  @Test
  void everyPartKnowsWhereItStands() {
    var query = "sum(rate(a[5m])) / b";
    var binary = (Expr.Binary) Syntax.parse(query, false);

    assertThat(binary.left().span().text(query)).isEqualTo("sum(rate(a[5m]))");
    assertThat(((Expr.Aggregate) binary.left()).inner().span().position(query)).isEqualTo("1:5");
    assertThat(binary.right().span().text(query)).isEqualTo("b");
  }
}
