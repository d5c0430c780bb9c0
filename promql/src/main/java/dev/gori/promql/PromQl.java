package dev.gori.promql;

import dev.gori.kernel.label.Matcher;
import dev.gori.kernel.time.Time;
import dev.gori.promql.syntax.Expr;
import dev.gori.promql.syntax.ParseException;
import dev.gori.promql.syntax.Syntax;
import dev.gori.promql.syntax.ValueType;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/// The query engine: parses and evaluates PromQL. One engine serves concurrent queries.
public final class PromQl {

  private final EngineOptions options;
  private final Time time;

  public PromQl(EngineOptions options, Time time) {
    this.options = options;
    this.time = time;
  }

  /// @throws PromQlException when the text is no PromQL
  public Query parse(String text) {
    try {
      return new Query(text, Syntax.parse(text, options.experimental()));
    } catch (ParseException e) {
      throw new PromQlException(PromQlException.Kind.PARSE, String.valueOf(e.getMessage()));
    }
  }

  /// The matchers of a selector alone, such as `up{job="api"}`, as the series API takes them.
  ///
  /// @throws PromQlException when the text is no selector
  public List<Matcher> parseSelector(String selector) {
    try {
      return Syntax.parseSelector(selector).matchers();
    } catch (ParseException e) {
      throw new PromQlException(PromQlException.Kind.PARSE, String.valueOf(e.getMessage()));
    }
  }

  /// The query pretty-printed over several lines.
  public String format(Query query) {
    return Syntax.pretty(query.expr());
  }

  /// @throws PromQlException when the data does not allow it, or a limit is reached
  public QueryResult instant(Query query, SeriesSource source, Instant at) {
    long millis = at.toEpochMilli();
    return new QueryContext(options, time, source, query, new StepGrid(millis, 1, 0, millis))
        .instant();
  }

  /// Evaluates at the start, and at every step after it up to the end.
  ///
  /// @throws PromQlException when the data does not allow it, or a limit is reached
  public QueryResult range(
      Query query, SeriesSource source, Instant start, Instant end, Duration step) {
    var expr = query.expr();
    checkRange(expr, start, end, step);
    long first = start.toEpochMilli();
    int steps = (int) ((end.toEpochMilli() - first) / step.toMillis()) + 1;
    return new QueryContext(
            options,
            time,
            source,
            query,
            new StepGrid(first, steps, step.toMillis(), end.toEpochMilli()))
        .range();
  }

  private void checkRange(Expr expr, Instant start, Instant end, Duration step) {
    if (expr.type() != ValueType.VECTOR && expr.type() != ValueType.SCALAR) {
      throw new PromQlException(
          PromQlException.Kind.BAD_RANGE,
          "invalid expression type \"%s\" for range query, must be Scalar or instant Vector"
              .formatted(expr.type().documentedName()));
    }
    if (step.toMillis() <= 0) {
      throw new PromQlException(
          PromQlException.Kind.BAD_RANGE,
          "zero or negative query resolution step widths are not accepted. Try a positive integer");
    }
    if (end.isBefore(start)) {
      throw new PromQlException(
          PromQlException.Kind.BAD_RANGE, "end timestamp must not be before start time");
    }
    if (Duration.between(start, end).dividedBy(step) > options.maxSteps()) {
      throw new PromQlException(
          PromQlException.Kind.BAD_RANGE,
          String.format(
              Locale.ROOT,
              "exceeded maximum resolution of %,d points per timeseries. Try decreasing the query resolution (?step=XX)",
              options.maxSteps()));
    }
  }
}
