package dev.gori.promql;

import dev.gori.kernel.label.Labels;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/// Merges series of the same labels.
final class StepSeriesMerge {

  private StepSeriesMerge() {}

  static PromQlException duplicate() {
    return PromQlException.execution("vector cannot contain metrics with the same labelset");
  }

  /// Merges series of the same labels, which must not have samples at the same step.
  static List<StepSeries> merged(List<StepSeries> lines) {
    var byLabels = new LinkedHashMap<Labels, StepSeries>();
    boolean joined = false;
    for (var line : lines) {
      var before = byLabels.putIfAbsent(line.labels(), line);
      if (before != null) {
        joined = true;
        byLabels.put(line.labels(), join(before, line));
      }
    }
    return joined ? new ArrayList<>(byLabels.values()) : lines;
  }

  private static StepSeries join(StepSeries one, StepSeries other) {
    var both = one.named(one.labels(), one.isNameDropped() || other.isNameDropped()).copy();
    for (int i = 0; i < both.steps(); i++) {
      if (other.has(i)) {
        if (both.has(i)) {
          throw duplicate();
        }
        both.set(i, other, i);
      }
    }
    return both;
  }
}
