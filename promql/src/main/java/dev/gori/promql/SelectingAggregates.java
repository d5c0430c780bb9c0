package dev.gori.promql;

import dev.gori.kernel.gotext.GoFloat;
import dev.gori.promql.Aggregation.Group;
import dev.gori.promql.Aggregation.Parameter;
import dev.gori.promql.syntax.AggregateOp;
import dev.gori.promql.syntax.Expr;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/// Aggregations that select series of a group: `topk`, `bottomk`, `limitk`, `limit_ratio`.
final class SelectingAggregates {

  private final QueryContext context;
  private final Expr.Aggregate aggregate;
  private final Parameter parameter;

  SelectingAggregates(QueryContext context, Expr.Aggregate aggregate, Parameter parameter) {
    this.context = context;
    this.aggregate = aggregate;
    this.parameter = parameter;
    if (aggregate.op() == AggregateOp.LIMIT_RATIO) {
      parameter.refuseNaN("Ratio");
    } else {
      parameter.refuseNaN("Parameter");
      parameter.refuseWhatIsNoCount();
    }
  }

  List<StepSeries> of(List<Group> groups, StepGrid grid) {
    var results = new ArrayList<StepSeries>();
    if (aggregate.op() == AggregateOp.LIMIT_RATIO) {
      noteRatios();
    }
    for (var group : groups) {
      results.addAll(
          switch (aggregate.op()) {
            case LIMIT_RATIO -> byRatio(group, grid);
            case LIMITK -> first(group, grid);
            default -> best(group, grid);
          });
    }
    return results;
  }

  private List<StepSeries> first(Group group, StepGrid grid) {
    var chosen = new Chosen(group, grid);
    for (int i = 0; i < grid.steps(); i++) {
      long left = parameter.countAt(i);
      for (int l = 0; l < group.lines().size() && left > 0; l++) {
        if (group.lines().get(l).has(i)) {
          chosen.take(l, i);
          left--;
        }
      }
    }
    return chosen.lines();
  }

  private List<StepSeries> byRatio(Group group, StepGrid grid) {
    var chosen = new Chosen(group, grid);
    var fractions =
        group.lines().stream().mapToDouble(line -> LabelHash.fraction(line.labels())).toArray();
    for (int i = 0; i < grid.steps(); i++) {
      double ratio = Math.max(-1, Math.min(1, parameter.at(i)));
      for (int l = 0; l < fractions.length; l++) {
        boolean taken = ratio >= 0 ? fractions[l] < ratio : fractions[l] >= 1 + ratio;
        if (taken && group.lines().get(l).has(i)) {
          chosen.take(l, i);
        }
      }
    }
    return chosen.lines();
  }

  private void noteRatios() {
    parameter.highest().ifPresent(highest -> noteRatio(highest, highest > 1));
    parameter.lowest().ifPresent(lowest -> noteRatio(lowest, lowest < -1));
  }

  private void noteRatio(double ratio, boolean isBeyond) {
    if (isBeyond) {
      context
          .annotations()
          .warn(
              parameter.expr(),
              "ratio value should be between -1 and 1, got %s, capping to %s"
                  .formatted(GoFloat.general(ratio), GoFloat.general(Math.signum(ratio))));
    }
  }

  private record Candidate(int line, double value) {}

  private List<StepSeries> best(Group group, StepGrid grid) {
    var chosen = new Chosen(group, grid);
    Comparator<Candidate> order = Comparator.comparing(Candidate::value, this::worseFirst);
    order = order.thenComparing(Comparator.comparingInt(Candidate::line).reversed());
    var last = List.<Candidate>of();
    for (int i = 0; i < grid.steps(); i++) {
      long wanted = parameter.countAt(i);
      var heap = new PriorityQueue<>(order);
      for (int l = 0; l < group.lines().size() && wanted > 0; l++) {
        if (isUsableFloat(group.lines().get(l), i)) {
          heap.add(new Candidate(l, group.lines().get(l).value(i)));
          if (heap.size() > wanted) {
            heap.poll();
          }
        }
      }
      last = heap.stream().sorted(order.reversed()).toList();
      for (var candidate : last) {
        chosen.take(candidate.line(), i);
      }
    }
    return grid.isSingle()
        ? chosen.ordered(last.stream().mapToInt(Candidate::line).toArray())
        : chosen.lines();
  }

  private boolean isUsableFloat(StepSeries line, int i) {
    if (line.histogram(i) != null) {
      context
          .annotations()
          .info(aggregate, "ignored histogram in %s aggregation".formatted(aggregate.op().text()));
      return false;
    }
    return line.has(i);
  }

  /// Orders values so that the first to be dropped comes first; NaN before all others.
  private int worseFirst(double one, double other) {
    if (Double.isNaN(one) || Double.isNaN(other)) {
      return Boolean.compare(!Double.isNaN(one), !Double.isNaN(other));
    }
    int rising = one < other ? -1 : one > other ? 1 : 0;
    return aggregate.op() == AggregateOp.TOPK ? rising : -rising;
  }

  /// The selected samples by series.
  private final class Chosen {
    private final Group group;
    private final StepGrid grid;
    private final @Nullable StepSeries[] lines;

    Chosen(Group group, StepGrid grid) {
      this.group = group;
      this.grid = grid;
      this.lines = new StepSeries[group.lines().size()];
    }

    void take(int l, int i) {
      var from = group.lines().get(l);
      var to = lines[l];
      if (to == null) {
        to = context.line(from.labels(), from.isNameDropped(), grid.steps());
        lines[l] = to;
      }
      to.set(i, from, i);
    }

    List<StepSeries> lines() {
      var taken = new ArrayList<StepSeries>();
      for (var line : lines) {
        if (line != null) {
          taken.add(line);
        }
      }
      return taken;
    }

    List<StepSeries> ordered(int[] order) {
      var taken = new ArrayList<StepSeries>(order.length);
      for (int l : order) {
        var line = lines[l];
        if (line != null) {
          taken.add(line);
        }
      }
      return taken;
    }
  }
}
