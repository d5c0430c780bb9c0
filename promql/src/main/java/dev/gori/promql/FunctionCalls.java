package dev.gori.promql;

import dev.gori.kernel.label.Labels;
import dev.gori.kernel.sample.Sample;
import dev.gori.promql.syntax.Expr;
import dev.gori.promql.syntax.ValueType;
import java.util.List;

/// Evaluates calls of functions that return an instant vector: dispatches to the class that has the
/// function.
final class FunctionCalls {

  private final QueryContext context;
  private final Evaluator evaluator;
  private final RangeFunctions ranges;
  private final LabelFunctions labels;
  private final SortFunctions sorts;
  private final HistogramFunctions histograms;
  private final TimeFunctions times;
  private final AbsentFunctions absence;
  private final InfoFunction info;

  FunctionCalls(QueryContext context, Evaluator evaluator, RangeVectors ranges) {
    this.context = context;
    this.evaluator = evaluator;
    this.ranges = new RangeFunctions(context, evaluator, ranges);
    this.labels = new LabelFunctions(context, evaluator);
    this.sorts = new SortFunctions(context, evaluator);
    this.histograms = new HistogramFunctions(context, evaluator);
    this.times = new TimeFunctions(context, evaluator);
    this.absence = new AbsentFunctions(evaluator, ranges);
    this.info = new InfoFunction(context, evaluator);
  }

  List<StepSeries> vector(Expr.Call call, StepGrid grid) {
    var name = call.function().name();
    var math = MathFunctions.of(name);
    if (math.isPresent()) {
      return MathFunctions.applied(
          context, evaluator.vector(call.args().getFirst(), grid), math.get());
    }
    return switch (name) {
      case "vector" -> List.of(ofScalar(evaluator.scalar(call.args().getFirst(), grid)));
      case "clamp", "clamp_min", "clamp_max", "round" -> withScalars(call, grid);
      case "label_replace" -> labels.replace(call, grid);
      case "label_join" -> labels.join(call, grid);
      case "sort", "sort_desc", "sort_by_label", "sort_by_label_desc" -> sorts.of(call, grid);
      case "absent" -> absence.instant(call, grid);
      case "absent_over_time" -> absence.overTime(call, grid);
      case "timestamp" -> times.timestamp(call, grid);
      case "start_timestamp" -> times.startTimestamp(call, grid);
      case "info" -> info.of(call, grid);
      case "histogram_quantile",
          "histogram_quantiles",
          "histogram_fraction",
          "histogram_count",
          "histogram_sum",
          "histogram_avg",
          "histogram_stddev",
          "histogram_stdvar" ->
          histograms.of(call, grid);
      case "day_of_month",
          "day_of_week",
          "day_of_year",
          "days_in_month",
          "hour",
          "minute",
          "month",
          "year" ->
          times.datePart(call, grid);
      default -> {
        if (call.args().stream().noneMatch(arg -> arg.type() == ValueType.MATRIX)) {
          throw new IllegalStateException(
              "function '%s' (expected: one that is known)".formatted(name));
        }
        yield ranges.of(call, grid);
      }
    };
  }

  private StepSeries ofScalar(double[] values) {
    var line = context.line(Labels.EMPTY, false, values.length);
    for (int i = 0; i < values.length; i++) {
      line.set(i, values[i]);
    }
    return line;
  }

  private List<StepSeries> withScalars(Expr.Call call, StepGrid grid) {
    var lines = evaluator.vector(call.args().getFirst(), grid);
    var first = call.args().size() > 1 ? evaluator.scalar(call.args().get(1), grid) : new double[0];
    var second = call.args().size() > 2 ? evaluator.scalar(call.args().get(2), grid) : first;
    return MathFunctions.applied(
        context,
        lines,
        (value, i) ->
            switch (call.function().name()) {
              case "clamp_min" -> Arithmetic.max(first[i], value);
              case "clamp_max" -> Arithmetic.min(first[i], value);
              case "clamp" ->
                  second[i] < first[i]
                      ? Sample.STALE
                      : Arithmetic.max(first[i], Arithmetic.min(second[i], value));
              default -> MathFunctions.rounded(value, first.length == 0 ? 1 : first[i]);
            });
  }
}
