package dev.gori.promql;

import dev.gori.promql.syntax.Expr;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// `sort`, `sort_desc`, `sort_by_label` and `sort_by_label_desc`. They have an effect in instant
/// queries only.
final class SortFunctions {

  private final QueryContext context;
  private final Evaluator evaluator;

  SortFunctions(QueryContext context, Evaluator evaluator) {
    this.context = context;
    this.evaluator = evaluator;
  }

  List<StepSeries> of(Expr.Call call, StepGrid grid) {
    var name = call.function().name();
    var lines = evaluator.vector(call.args().getFirst(), grid);
    if (grid.start() != grid.end()) {
      context
          .annotations()
          .warn(
              call,
              "sort is ineffective for range queries since results are always ordered by labels");
    }
    boolean byLabel = name.startsWith("sort_by_label");
    if (!grid.isSingle()) {
      return byLabel ? lines : lines.stream().map(SortFunctions::floatsOnly).toList();
    }
    boolean down = name.endsWith("_desc");
    if (byLabel) {
      var labels = call.args().stream().skip(1).map(evaluator::string).toList();
      Comparator<StepSeries> order = byLabels(labels);
      return sorted(lines, down ? order.reversed() : order);
    }
    var floats = lines.stream().filter(line -> line.isFloat(0)).toList();
    return sorted(floats, (a, b) -> byValue(a.value(0), b.value(0), down));
  }

  private static StepSeries floatsOnly(StepSeries line) {
    var floats = new StepSeries(line.labels(), line.isNameDropped(), line.steps());
    for (int i = 0; i < line.steps(); i++) {
      if (line.isFloat(i)) {
        floats.set(i, line.value(i));
      }
    }
    return floats;
  }

  private static List<StepSeries> sorted(List<StepSeries> lines, Comparator<StepSeries> order) {
    var sorted = new ArrayList<>(lines);
    sorted.sort(order);
    return sorted;
  }

  /// NaN always comes last.
  private static int byValue(double one, double other, boolean down) {
    if (Double.isNaN(one) || Double.isNaN(other)) {
      return Boolean.compare(Double.isNaN(one), Double.isNaN(other));
    }
    int rising = one < other ? -1 : one > other ? 1 : 0;
    return down ? -rising : rising;
  }

  private static Comparator<StepSeries> byLabels(List<String> names) {
    return (a, b) -> {
      for (var name : names) {
        int order = NaturalOrder.compare(a.labels().get(name), b.labels().get(name));
        if (order != 0) {
          return order;
        }
      }
      return a.labels().compareTo(b.labels());
    };
  }
}
