package dev.gori.promql.syntax;

import dev.gori.kernel.gotext.GoString;
import java.util.Collection;

/// Parses and prints PromQL.
public final class Syntax {

  private Syntax() {}

  /// @param experimental whether the syntax behind Prometheus's feature flags is allowed
  /// @throws ParseException when the text is no PromQL or does not type-check
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

  /// The text quoted as Go's `strconv.Quote` does.
  public static String quoted(String text) {
    return GoString.quote(text);
  }

  /// Whether a text is a valid label name: not empty, and valid UTF-8.
  public static boolean isLabelName(String name) {
    return !name.isEmpty()
        && name.codePoints().noneMatch(c -> c == 0xfffd || (c >= 0xd800 && c <= 0xdfff));
  }

  /// The expression on one line.
  public static String print(Expr expr) {
    return Printer.print(expr);
  }

  /// The expression pretty-printed, as the API's `format_query` does.
  public static String pretty(Expr expr) {
    return Prettifier.print(expr);
  }
}
