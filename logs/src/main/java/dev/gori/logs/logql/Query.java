package dev.gori.logs.logql;

import dev.gori.kernel.label.Matcher;
import java.util.ArrayList;
import java.util.List;

/// A parsed LogQL query.
public final class Query {

  private final Expr expr;

  private Query(Expr expr) {
    this.expr = expr;
  }

  /// @throws LogQlException with line and column when the query is invalid
  public static Query parse(String text, LineTemplates templates) {
    return new Query(QueryParser.parse(text, templates));
  }

  /// Parses a selector with or without a pipeline and returns its matchers.
  ///
  /// @throws LogQlException when the query is invalid or a metric query
  public static List<Matcher> selector(String text) {
    if (QueryParser.parse(text, LineTemplates.NONE) instanceof Expr.Log log) {
      return log.matchers();
    }
    throw new LogQlException(
        1, 1, "a metric query (expected: a selector such as {app=\"serving\"})");
  }

  /// Whether this is a metric query; otherwise it is a log query.
  public boolean isMetric() {
    return expr instanceof Expr.Metric;
  }

  Expr expr() {
    return expr;
  }

  /// Returns the matchers of every selector in the query.
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

  /// The query in canonical form.
  @Override
  public String toString() {
    return expr.toString();
  }
}
