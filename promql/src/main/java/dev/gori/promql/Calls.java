package dev.gori.promql;

import dev.gori.kernel.label.Labels;
import dev.gori.kernel.sample.Sample;
import dev.gori.promql.syntax.Expr;
import dev.gori.promql.syntax.ValueType;
import java.util.List;

/// Function calls that give an instant vector: finds the family a function belongs to.
final class Calls {

  private final QueryContext run;
  private final Evaluator evaluator;
  private final RangeCalls ranges;
  private final LabelFunctions labels;
  private final SortFunctions sorts;
  private final HistogramCalls histograms;
  private final TimeFunctions times;
  private final Absence absence;
  private final InfoJoin info;

  Calls(QueryContext run, Evaluator evaluator, Ranges ranges) {
    this.run = run;
    this.evaluator = evaluator;
    this.ranges = new RangeCalls(run, evaluator, ranges);
    this.labels = new LabelFunctions(run, evaluator);
    this.sorts = new SortFunctions(run, evaluator);
    this.histograms = new HistogramCalls(run, evaluator);
    this.times = new TimeFunctions(run, evaluator);
    this.absence = new Absence(evaluator, ranges);
    this.info = new InfoJoin(run, evaluator);
  }

  List<StepSeries> vector(Expr.Call call, StepGrid grid) {
    var name = call.function().name();
    var math = MathFunctions.of(name);
    if (math.isPresent()) {
      return MathFunctions.applied(run, evaluator.vector(call.args().getFirst(), grid), math.get());
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
    var line = run.line(Labels.EMPTY, false, values.length);
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
        run,
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
