package dev.gori.promql;

import dev.gori.kernel.gotext.GoFloat;
import dev.gori.kernel.label.Labels;
import dev.gori.promql.Aggregation.Group;
import dev.gori.promql.syntax.Syntax;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// `count_values`: how many series of a group have each value.
final class CountValues {

  private final String label;
  private final boolean dropsLabel;

  /// @param dropsLabel whether `without` removes the label
  CountValues(String label, boolean dropsLabel) {
    if (!Syntax.isLabelName(label)) {
      throw PromQlException.execution("invalid label name " + Syntax.quoted(label));
    }
    this.label = label;
    this.dropsLabel = dropsLabel;
  }

  List<StepSeries> of(QueryContext context, List<Group> groups, StepGrid grid) {
    Map<Labels, StepSeries> counted = new LinkedHashMap<>();
    for (var group : groups) {
      for (var line : group.lines()) {
        for (int i = 0; i < grid.steps(); i++) {
          if (line.has(i)) {
            count(
                context,
                dropsLabel ? group.labels() : group.labels().with(label, text(line, i)),
                i,
                grid.steps(),
                counted);
          }
        }
      }
    }
    return new ArrayList<>(counted.values());
  }

  private static void count(
      QueryContext context, Labels labels, int i, int steps, Map<Labels, StepSeries> counted) {
    var to = counted.computeIfAbsent(labels, l -> context.line(l, false, steps));
    to.set(i, to.has(i) ? to.value(i) + 1 : 1);
  }

  private static String text(StepSeries line, int i) {
    var histogram = line.histogram(i);
    return histogram != null ? histogram.toString() : GoFloat.decimal(line.value(i));
  }
}
