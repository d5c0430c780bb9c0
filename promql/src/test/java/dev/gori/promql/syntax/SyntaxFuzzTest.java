package dev.gori.promql.syntax;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Whatever is written, the answer is an expression or a parse error; and what was read, reads
/// again after it was printed.
final class SyntaxFuzzTest {

  private static final List<String> PIECES =
      List.of(
          "up",
          "{",
          "}",
          "(",
          ")",
          "[",
          "]",
          "5m",
          "1",
          "0x1f",
          ".5e3",
          "\"a\"",
          "'b",
          "`",
          ",",
          ":",
          "=",
          "==",
          "=~",
          "!=",
          "!~",
          "+",
          "-",
          "*",
          "/",
          "%",
          "^",
          "<",
          ">=",
          "@",
          "offset",
          "bool",
          "on",
          "ignoring",
          "group_left",
          "group_right",
          "by",
          "without",
          "sum",
          "topk",
          "rate",
          "label_replace",
          "start",
          "end()",
          "step()",
          "inf",
          "nan",
          "and",
          "or",
          "unless",
          "atan2",
          "anchored",
          "smoothed",
          "fill",
          "\\x",
          "#",
          "\n",
          "$",
          "é",
          "\u0000",
          "info",
          "absent",
          "max_of",
          "</",
          ">/");

  @Test
  void neverFailsOtherThanWithAParseError() {
    var random = new Random(11);
    for (int i = 0; i < 60_000; i++) {
      var text = new StringBuilder();
      for (int n = random.nextInt(12); n >= 0; n--) {
        text.append(PIECES.get(random.nextInt(PIECES.size())))
            .append(random.nextBoolean() ? " " : "");
      }
      check(text.toString());
    }
  }

  @Test
  void neverFailsOnAQueryWithAChange() {
    var random = new Random(12);
    var query =
        "sum by (job, \"a.b\") (rate(http_requests_total{job=~\"a|b\",x!=\"\\u00e9\"}[5m:30s] offset -1h @ end())) / "
            + "on(job) group_left(team) clamp_max(label_replace({\"total.x\"}, 'a', '$1', 'b', `(.*)`), 1e3) > bool 0x10 or vector(1)";
    for (int i = 0; i < 40_000; i++) {
      var text = new StringBuilder(query);
      for (int n = random.nextInt(3); n >= 0; n--) {
        int at = random.nextInt(text.length());
        switch (random.nextInt(3)) {
          case 0 -> text.deleteCharAt(at);
          case 1 -> text.insert(at, PIECES.get(random.nextInt(PIECES.size())));
          default -> text.setCharAt(at, (char) random.nextInt(128));
        }
      }
      check(text.toString());
    }
  }

  private static void check(String text) {
    Expr expr;
    try {
      expr = Syntax.parse(text, true);
    } catch (ParseException e) {
      return;
    }
    var printed = Syntax.print(expr);
    assertThat(Syntax.print(Syntax.parse(printed, true))).as(text).isEqualTo(printed);
    assertThat(Syntax.print(Syntax.parse(Syntax.pretty(expr), true))).as(text).isEqualTo(printed);
  }

  @Test
  void refusesWhatWouldExhaustTheStack() {
    assertThatThrownBy(() -> Syntax.parse("(".repeat(100_000) + "1" + ")".repeat(100_000), false))
        .hasMessageContaining("expression is nested more than 200 levels deep");
    assertThatThrownBy(() -> Syntax.parse("-".repeat(100_000) + "1", false))
        .hasMessageContaining("200 levels");
    assertThatThrownBy(() -> Syntax.parse("1" + "+1".repeat(100_000), false))
        .hasMessageContaining("expression has more than 500 binary operators");
  }
}
