package dev.gori.logs.logql;

import dev.gori.kernel.label.Matcher;
import java.util.ArrayList;
import java.util.List;

/// A LogQL query that was read and is ready to be evaluated.
public final class Query {

  private final Expr expr;

  private Query(Expr expr) {
    this.expr = expr;
  }

  /// @throws LogQlException with line and column when the text is no query
  public static Query parse(String text, LineTemplates templates) {
    return new Query(QueryParser.parse(text, templates));
  }

  /// Reads a selector with or without a pipeline; only the matchers are kept.
  ///
  /// @throws LogQlException when the text is anything else
  public static List<Matcher> selector(String text) {
    if (QueryParser.parse(text, LineTemplates.NONE) instanceof Expr.Log log) {
      return log.matchers();
    }
    throw new LogQlException(1, 1, "numbers (expected: a selector such as {app=\"serving\"})");
  }

  /// Whether it gives numbers; else it gives lines.
  public boolean isMetric() {
    return expr instanceof Expr.Metric;
  }

  Expr expr() {
    return expr;
  }

  /// The matchers of every selector in it.
  public List<List<Matcher>> selectors() {
    var found = new ArrayList<List<Matcher>>();
    collect(expr, found);
    return found;
  }

  private static void collect(Expr expr, List<List<Matcher>> found) {
    switch (expr) {
      case Expr.Log log -> found.add(log.matchers());
      case Expr.RangeAggregation range -> found.add(range.log().matchers());
      case Expr.VectorAggregation aggregate -> collect(aggregate.operand(), found);
      case Expr.LabelReplace replace -> collect(replace.operand(), found);
      case Expr.Binary binary -> {
        collect(binary.left(), found);
        collect(binary.right(), found);
      }
      case Expr.Number _, Expr.Constant _ -> {}
    }
  }

  /// The query in one spelling.
  @Override
  public String toString() {
    return expr.toString();
  }
}
