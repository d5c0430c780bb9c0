package dev.gori.promql;

import dev.gori.kernel.label.Labels;
import dev.gori.promql.syntax.Expr;
import java.util.ArrayList;
import java.util.List;

/// Date and time functions in UTC, and the timestamps of samples.
final class TimeFunctions {

  private final QueryContext context;
  private final Evaluator evaluator;

  TimeFunctions(QueryContext context, Evaluator evaluator) {
    this.context = context;
    this.evaluator = evaluator;
  }

  List<StepSeries> datePart(Expr.Call call, StepGrid grid) {
    var part = call.function().name();
    if (call.args().isEmpty()) {
      var line = context.line(Labels.EMPTY, false, grid.steps());
      for (int i = 0; i < grid.steps(); i++) {
        line.set(i, datePart(part, grid.at(i) / 1000.0));
      }
      return List.of(line);
    }
    return MathFunctions.applied(
        context,
        evaluator.vector(call.args().getFirst(), grid),
        (value, _) -> datePart(part, value));
  }

  private static double datePart(String part, double seconds) {
    var moment = UtcDateTime.of(seconds);
    return switch (part) {
      case "day_of_month" -> moment.date().getDayOfMonth();
      case "day_of_week" -> moment.date().getDayOfWeek().getValue() % 7;
      case "day_of_year" -> moment.date().getDayOfYear();
      case "days_in_month" -> moment.date().lengthOfMonth();
      case "hour" -> moment.hour();
      case "minute" -> moment.minute();
      case "month" -> moment.date().getMonthValue();
      default -> moment.year();
    };
  }

  List<StepSeries> timestamp(Expr.Call call, StepGrid grid) {
    return withoutParens(call.args().getFirst()) instanceof Expr.VectorSelector selector
        ? ofSelector(
            selector, grid, (line, i, points, at) -> line.set(i, points.millisAt(at) / 1000.0))
        : ofSteps(evaluator.vector(call.args().getFirst(), grid), grid);
  }

  List<StepSeries> startTimestamp(Expr.Call call, StepGrid grid) {
    if (!(withoutParens(call.args().getFirst()) instanceof Expr.VectorSelector selector)) {
      evaluator.vector(call.args().getFirst(), grid);
      return List.of();
    }
    return ofSelector(
        selector, grid, (line, i, points, at) -> line.set(i, points.startAt(at) / 1000.0));
  }

  private static Expr withoutParens(Expr expr) {
    return expr instanceof Expr.Paren(_, var inner) ? withoutParens(inner) : expr;
  }

  private List<StepSeries> ofSelector(
      Expr.VectorSelector selector, StepGrid grid, InstantSelector.Take take) {
    var named = new ArrayList<StepSeries>();
    for (var line : evaluator.instants().select(selector, grid, take)) {
      named.add(renamed(line));
    }
    return context.unique(named);
  }

  private StepSeries renamed(StepSeries line) {
    return context.options().delayedNames()
        ? line.named(line.labels(), true)
        : line.named(MetricNames.dropped(line.labels()), false);
  }

  private List<StepSeries> ofSteps(List<StepSeries> lines, StepGrid grid) {
    var results = new ArrayList<StepSeries>(lines.size());
    for (var line : lines) {
      var to = context.dropName(line);
      for (int i = 0; i < line.steps(); i++) {
        if (line.has(i)) {
          to.set(i, grid.at(i) / 1000.0);
        }
      }
      results.add(to);
    }
    return context.unique(results);
  }
}
