package dev.gori.metrics.api;

import dev.gori.promql.QueryResult;
import java.util.ArrayList;

/// Truncates results to `limit` series.
final class ResultLimit {

  static final String WARNING = "results truncated due to limit";

  private ResultLimit() {}

  /// @param most maximum number of series; 0 for no limit
  static QueryResult to(int most, QueryResult answer) {
    return switch (answer.value()) {
      case QueryResult.Vector(var samples) when most > 0 && samples.size() > most ->
          warned(answer, new QueryResult.Vector(samples.subList(0, most)), WARNING);
      case QueryResult.Matrix(var series) when most > 0 && series.size() > most ->
          warned(answer, new QueryResult.Matrix(series.subList(0, most)), WARNING);
      case QueryResult.Vector _, QueryResult.Matrix _, QueryResult.Scalar _, QueryResult.Text _ ->
          answer;
    };
  }

  /// The result with another value and a further warning.
  static QueryResult warned(QueryResult answer, QueryResult.Value value, String warning) {
    var warnings = new ArrayList<>(answer.warnings());
    warnings.addFirst(warning);
    return new QueryResult(value, warnings, answer.infos());
  }
}
