package dev.gori.promql;

import dev.gori.kernel.label.Labels;
import dev.gori.kernel.label.Matcher;
import dev.gori.promql.syntax.Expr;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.TreeMap;

/// `absent` and `absent_over_time`: 1 at each step at which the argument has no sample, with the
/// labels that the selector's equality matchers fix.
final class AbsentFunctions {

  private final Evaluator evaluator;
  private final RangeVectors ranges;

  AbsentFunctions(Evaluator evaluator, RangeVectors ranges) {
    this.evaluator = evaluator;
    this.ranges = ranges;
  }

  List<StepSeries> instant(Expr.Call call, StepGrid grid) {
    var present = new BitSet(grid.steps());
    for (var line : evaluator.vector(call.args().getFirst(), grid)) {
      for (int i = 0; i < line.steps(); i++) {
        if (line.has(i)) {
          present.set(i);
        }
      }
    }
    return missing(call, grid, present);
  }

  List<StepSeries> overTime(Expr.Call call, StepGrid grid) {
    var present = new BitSet(grid.steps());
    var windows = ranges.windows(call.args().getFirst(), grid);
    RangeModifierCheck.check(call.function().name(), windows.extent());
    ranges.read(
        windows,
        (_, _, points) -> {
          var window = new Window(windows, "", points);
          for (int i = 0; i < grid.steps(); i++) {
            window.moveTo(i);
            if (window.size() > 0) {
              present.set(i);
            }
          }
        });
    return missing(call, grid, present);
  }

  private static List<StepSeries> missing(Expr.Call call, StepGrid grid, BitSet present) {
    var line = new StepSeries(labels(call.args().getFirst()), false, grid.steps());
    for (int i = 0; i < grid.steps(); i++) {
      if (!present.get(i)) {
        line.set(i, 1);
      }
    }
    return line.isEmpty() ? List.of() : List.of(line);
  }

  private static Labels labels(Expr arg) {
    return switch (arg) {
      case Expr.VectorSelector v -> labels(v.matchers());
      case Expr.MatrixSelector(_, var v, _) -> labels(v.matchers());
      default -> Labels.EMPTY;
    };
  }

  private static Labels labels(List<Matcher> matchers) {
    var sure = new TreeMap<String, String>();
    var seen = new HashSet<String>();
    for (var m : matchers) {
      if (m.name().equals(Labels.NAME)) {
        continue;
      }
      if (m.op() == Matcher.Op.EQUAL && seen.add(m.name())) {
        sure.put(m.name(), m.value());
      } else {
        sure.remove(m.name());
      }
    }
    return Labels.of(sure);
  }
}
