package dev.gori.logs.logql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gori.kernel.label.Labels;
import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class QueryTest {

  /// A template engine that puts the label `app` and the line where it is told to.
  private static final LineTemplates SIMPLE =
      text -> {
        if (text.contains("{{ }}")) {
          throw new IllegalArgumentException("template: empty action");
        }
        return (labels, line, nanos) ->
            text.replace("{{.app}}", labels.get("app")).replace("{{__line__}}", line);
      };

  record Case(String written, String printed) {
    @Override
    public String toString() {
      return written;
    }
  }

  static Stream<Case> printsInOneSpelling() {
    return Stream.of(
        new Case("{ a = \"b\" , c!~`d.*` , }", "{a=\"b\", c!~\"d.*\"}"),
        new Case(
            "{a='b'}|=\"x\"!=`y`|~\"z\" or \"w\"", "{a=\"b\"} |= \"x\" != \"y\" |~ \"z\" or \"w\""),
        new Case(
            "{a=\"b\"}|json|logfmt --strict --keep-empty f, g=\"h\"",
            "{a=\"b\"} | json | logfmt --strict --keep-empty f=\"f\", g=\"h\""),
        new Case(
            "{a=\"b\"} | x>5 and y=\"z\" or w<=1h30m",
            "{a=\"b\"} | ( ( x>5 and y=\"z\" ) or w<=1h30m )"),
        new Case("sum(rate({a=\"b\"}[90s])) by (c)", "sum by (c) (rate({a=\"b\"} [1m30s]))"),
        new Case("1+rate({a=\"b\"}[1m])*2", "(1 + (rate({a=\"b\"} [1m]) * 2))"),
        new Case(
            "topk(3,count_over_time({a=\"b\"}[1m] offset 5m))",
            "topk(3, count_over_time({a=\"b\"} [1m] offset 5m))"),
        new Case("{a=\"b\"} # a comment\n|= \"x\"", "{a=\"b\"} |= \"x\""));
  }

  @ParameterizedTest
  @MethodSource
  void printsInOneSpelling(Case c) {
    var printed = Query.parse(c.written(), LineTemplates.NONE).toString();
    assertThat(printed).isEqualTo(c.printed());
    assertThat(Query.parse(printed, LineTemplates.NONE)).hasToString(printed);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "(",
        "{",
        "{a",
        "{a=",
        "{a=\"",
        "sum(",
        "sum by (",
        "count_over_time({a=\"b\"}[",
        "1 +",
        "{a=\"b\"} |",
        "{a=\"b\"} | json x=",
        "label_replace(",
        "))))",
        "{a=\"b\"} | a >",
        "rate({a=\"b\"}[5m] offset",
        "`",
        "\\",
        "{a=\"\\q\"}",
        "\u0000"
      })
  void whatCannotBeReadHasAPlace(String text) {
    assertThatThrownBy(() -> Query.parse(text, LineTemplates.NONE))
        .isInstanceOfSatisfying(LogQlException.class, e -> assertThat(e.line()).isEqualTo(1));
  }

  @Test
  void aThousandParenthesesAreRefusedNotOverflown() {
    assertThatThrownBy(
            () -> Query.parse("(".repeat(1000) + "1" + ")".repeat(1000), LineTemplates.NONE))
        .hasMessage("1:101: more than 100 levels of parentheses (expected: fewer)");
  }

  @Test
  void placesCountLines() {
    assertThatThrownBy(() -> Query.parse("{a=\"b\"}\n  |= 5", LineTemplates.NONE))
        .hasMessage("2:6: '5' (expected: a quoted string)");
  }

  @Test
  void templatesComeThroughThePort() throws IOException {
    LogSource source =
        (matchers, from, to, forward, visitor) ->
            visitor.take(Labels.of("app", "api"), 5, "hello", Labels.EMPTY);
    var query =
        Query.parse(
            "{app=\"api\"} | line_format \"{{.app}}: {{__line__}}\" | label_format b=\"<{{.app}}>\"",
            SIMPLE);
    var logs =
        new LogEngine(source, LogEngine.Limits.DEFAULTS)
            .logs(query, new LogEngine.LogRequest(0, 10, true, 10, 0));
    assertThat(logs.streams())
        .singleElement()
        .satisfies(
            stream -> {
              assertThat(stream.labels()).isEqualTo(Labels.of("app", "api", "b", "<api>"));
              assertThat(stream.lines())
                  .containsExactly(new LogEngine.LogResultLine(5, "api: hello"));
            });
    assertThatThrownBy(() -> Query.parse("{app=\"api\"} | line_format \"{{ }}\"", SIMPLE))
        .hasMessage("1:27: template: empty action");
  }

  @Test
  void limitsAreSaid() {
    LogSource source =
        (matchers, from, to, forward, visitor) -> {
          for (int i = 0; i < 10; i++) {
            visitor.take(Labels.of("app", "api" + i), i, "hello", Labels.EMPTY);
          }
        };
    var query = Query.parse("count_over_time({app=~\".+\"}[5m])", LineTemplates.NONE);
    assertThatThrownBy(
            () -> new LogEngine(source, new LogEngine.Limits(5, 100, 10)).instant(query, 100))
        .hasMessage(
            "the query reads more than 5 lines; use a narrower selector or a shorter range");
    assertThatThrownBy(
            () -> new LogEngine(source, new LogEngine.Limits(50, 5, 10)).instant(query, 100))
        .hasMessage(
            "maximum of series (5) reached for a single query by count_over_time; drop labels or use a narrower selector");
    assertThatThrownBy(
            () -> new LogEngine(source, new LogEngine.Limits(50, 50, 10)).range(query, 0, 100, 1))
        .hasMessage(
            "exceeded maximum resolution of 10 points per time series: 101; use a longer step or a shorter range");
  }
}
