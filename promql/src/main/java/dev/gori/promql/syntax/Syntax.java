package dev.gori.promql.syntax;

import dev.gori.kernel.gotext.GoString;
import java.util.Collection;

/// Reads and writes PromQL.
public final class Syntax {

  private Syntax() {}

  /// @param experimental whether what Prometheus hides behind feature flags may be used
  /// @throws ParseException when the text is no PromQL, or its parts do not fit one another
  public static Expr parse(String query, boolean experimental) {
    return new Parser(query, experimental).read();
  }

  /// A selector alone, such as `up{job="api"}`, as the series API takes it.
  ///
  /// @throws ParseException when the text is no selector
  public static Expr.VectorSelector parseSelector(String selector) {
    return new Parser(selector, false).readSelector();
  }

  /// Every function of the language.
  public static Collection<Signature> functions() {
    return Signatures.all();
  }

  /// A text in double quotes, with what needs it escaped.
  public static String quoted(String text) {
    return GoString.quote(text);
  }

  /// Whether a text can be a label's name: not empty, and nothing in it that is no UTF-8.
  public static boolean isLabelName(String name) {
    return !name.isEmpty()
        && name.codePoints().noneMatch(c -> c == 0xfffd || (c >= 0xd800 && c <= 0xdfff));
  }

  /// The expression on one line.
  public static String print(Expr expr) {
    return Printer.print(expr);
  }

  /// The expression on as many lines as it takes to be readable, as `format_query` gives it.
  public static String pretty(Expr expr) {
    return Prettifier.print(expr);
  }
}
