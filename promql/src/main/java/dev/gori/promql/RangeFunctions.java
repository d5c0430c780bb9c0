package dev.gori.promql;

import dev.gori.kernel.gotext.GoFloat;
import dev.gori.kernel.label.Labels;
import dev.gori.kernel.life.Cancellation;
import dev.gori.promql.syntax.Expr;
import dev.gori.promql.syntax.Expr.RangeModifier;
import dev.gori.promql.syntax.ValueType;
import java.util.ArrayList;
import java.util.List;

/// Functions over a range vector: one series after the other, with a window that slides from step
/// to step.
final class RangeFunctions {

  private final QueryContext context;
  private final Evaluator evaluator;
  private final RangeVectors ranges;

  RangeFunctions(QueryContext context, Evaluator evaluator, RangeVectors ranges) {
    this.context = context;
    this.evaluator = evaluator;
    this.ranges = ranges;
  }

  /// A function of a window: sets the sample of the result at a step, or none.
  @FunctionalInterface
  interface WindowFunction {
    void apply(Window window, StepSeries to, int step);
  }

  List<StepSeries> of(Expr.Call call, StepGrid grid) {
    var argument =
        call.args().stream()
            .filter(arg -> arg.type() == ValueType.MATRIX)
            .findFirst()
            .orElseThrow();
    var scalars = new ArrayList<double[]>();
    for (var arg : call.args()) {
      if (arg.type() == ValueType.SCALAR) {
        scalars.add(evaluator.scalar(arg, grid));
      }
    }
    var windows = ranges.windows(argument, grid);
    RangeModifierCheck.check(call.function().name(), windows.extent());
    var function = function(call, windows, scalars, grid);
    boolean keepsName =
        call.function().name().equals("last_over_time")
            || call.function().name().equals("first_over_time");
    boolean fromZero =
        context.options().startTimestamps()
            && windows.extent() != RangeModifier.PLAIN
            && isOfCounters(call);
    var results = new ArrayList<StepSeries>();
    ranges.read(
        windows,
        (labels, nameDropped, points) -> {
          long mark = context.held();
          var to =
              keepsName
                  ? context.line(labels, nameDropped, grid.steps())
                  : context.named(labels, grid.steps());
          var window =
              new Window(
                  windows,
                  labels.metric(),
                  fromZero && points.hasStarts() ? StartTimestampResets.withZeros(points) : points);
          for (int i = 0; i < grid.steps(); i++) {
            context.tick();
            Cancellation.check(); // a window may hold millions of samples
            window.moveTo(i);
            if (window.size() > 0 || windows.extent() != RangeModifier.PLAIN) {
              function.apply(window, to, i);
            }
          }
          if (to.isEmpty()) {
            context.release(mark, 0);
          } else {
            noteCounter(call, argument, labels, to);
            results.add(to);
          }
        });
    return context.unique(results);
  }

  private WindowFunction function(
      Expr.Call call, RangeVectors.Windows windows, List<double[]> scalars, StepGrid grid) {
    var notes = new RangeAnnotations(context, call.args().getFirst());
    if (windows.extent() != RangeModifier.PLAIN) {
      return new ExtendedRanges(context, notes, windows, call.function().name());
    }
    var counters = new CounterFunctions(context.options().startTimestamps(), notes);
    var trends = new RegressionFunctions(notes, grid);
    var overTime = new OverTimeFunctions(notes);
    return switch (call.function().name()) {
      case "rate" -> (w, to, i) -> counters.extrapolated(w, true, true, to, i);
      case "increase" -> (w, to, i) -> counters.extrapolated(w, true, false, to, i);
      case "delta" -> (w, to, i) -> counters.extrapolated(w, false, false, to, i);
      case "irate" -> (w, to, i) -> counters.instant(w, true, to, i);
      case "idelta" -> (w, to, i) -> counters.instant(w, false, to, i);
      case "resets" -> counters::resets;
      case "changes" -> counters::changes;
      case "deriv" -> trends::derivative;
      case "predict_linear" -> (w, to, i) -> trends.predicted(w, scalars.getFirst()[i], to, i);
      case "double_exponential_smoothing" ->
          (w, to, i) -> trends.smoothed(w, scalars.get(0)[i], scalars.get(1)[i], to, i);
      case "quantile_over_time" ->
          (w, to, i) -> {
            overTime.quantile(w, scalars.getFirst()[i], to, i);
            if (to.has(i)) {
              noteQuantile(call.args().getFirst(), scalars.getFirst()[i]);
            }
          };
      default -> overTime.named(call.function().name());
    };
  }

  private void noteQuantile(Expr where, double quantile) {
    if (!Quantiles.isProper(quantile)) {
      context
          .annotations()
          .warn(
              where, "quantile value should be between 0 and 1, got " + GoFloat.general(quantile));
    }
  }

  private static boolean isOfCounters(Expr.Call call) {
    var name = call.function().name();
    return name.equals("rate") || name.equals("increase");
  }

  /// Adds an info when a metric that is no counter, by its name or type, is treated as one.
  private void noteCounter(Expr.Call call, Expr argument, Labels labels, StepSeries result) {
    if (!isOfCounters(call)) {
      return;
    }
    var metric = labels.metric();
    if (metric.isEmpty() || !result.hasFloats()) {
      return;
    }
    if (context.options().typeAndUnit()) {
      var type = labels.get(MetricNames.TYPE);
      if (!type.equals("counter") && !type.equals("histogram")) {
        context
            .annotations()
            .info(
                argument,
                ("metric might not be a counter, __type__ label is not set to \"counter\" or \"histogram\","
                        + " got \"%s\": \"%s\"")
                    .formatted(type, metric));
      }
      return;
    }
    boolean counterLike =
        metric.endsWith("_total")
            || metric.endsWith("_sum")
            || metric.endsWith("_count")
            || metric.endsWith("_bucket");
    if (!counterLike) {
      context
          .annotations()
          .info(
              argument,
              "metric might not be a counter, name does not end in _total/_sum/_count/_bucket: \"%s\""
                  .formatted(metric));
    }
  }
}
