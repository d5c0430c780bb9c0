package dev.gori.promql.syntax;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;

/// Whatever is written as a query is read or refused, and what was read is the same expression
/// after it was printed or formatted. Stored cases run with every build; `bench/fuzz/run` looks for
/// new ones.
final class PromQlTextFuzzTest {

  @FuzzTest
  void query(byte[] bytes) {
    Expr expr;
    try {
      expr = Syntax.parse(new String(bytes, StandardCharsets.UTF_8), true);
    } catch (ParseException _) {
      return;
    }
    assertThat(tree(Syntax.parse(Syntax.print(expr), true))).isEqualTo(tree(expr));
    assertThat(tree(Syntax.parse(Syntax.pretty(expr), true))).isEqualTo(tree(expr));
  }

  @FuzzTest
  void selector(byte[] bytes) {
    Expr.VectorSelector selector;
    try {
      selector = Syntax.parseSelector(new String(bytes, StandardCharsets.UTF_8));
    } catch (ParseException _) {
      return;
    }
    assertThat(tree(Syntax.parseSelector(Syntax.print(selector)))).isEqualTo(tree(selector));
  }

  /// The expression without the places at which its parts stand.
  static String tree(Expr expr) {
    return expr.toString().replaceAll("Span\\[start=\\d+, end=\\d+]", "");
  }
}
