package dev.gori.promql;

import dev.gori.kernel.gotext.GoFloat;
import dev.gori.promql.Aggregation.Group;
import dev.gori.promql.syntax.AggregateOp;
import dev.gori.promql.syntax.Expr;
import java.util.ArrayList;
import java.util.List;

/// Aggregations that reduce a group to one series: `sum`, `avg`, `count`, `min`, `max`, `group`,
/// `stddev`, `stdvar`, `quantile`.
final class SimpleAggregates {

  private final QueryContext context;
  private final Expr.Aggregate aggregate;

  SimpleAggregates(QueryContext context, Expr.Aggregate aggregate) {
    this.context = context;
    this.aggregate = aggregate;
  }

  List<StepSeries> of(List<Group> groups, StepGrid grid) {
    return each(groups, grid, this::aggregateStep);
  }

  List<StepSeries> quantiles(List<Group> groups, StepGrid grid, Aggregation.Parameter parameter) {
    for (int i = 0; i < grid.steps(); i++) {
      if (!Quantiles.isProper(parameter.at(i))) {
        context
            .annotations()
            .warn(
                parameter.expr(),
                "quantile value should be between 0 and 1, got "
                    + GoFloat.general(parameter.at(i)));
      }
    }
    return each(groups, grid, (group, i, to) -> quantile(group, i, to, parameter.at(i)));
  }

  private interface StepAggregate {
    void at(Group group, int step, StepSeries to);
  }

  private List<StepSeries> each(List<Group> groups, StepGrid grid, StepAggregate moment) {
    var results = new ArrayList<StepSeries>(groups.size());
    for (var group : groups) {
      var to = context.line(group.labels(), group.isNameDropped(), grid.steps());
      for (int i = 0; i < grid.steps(); i++) {
        moment.at(group, i, to);
      }
      if (!to.isEmpty()) {
        results.add(to);
      }
    }
    return results;
  }

  private void aggregateStep(Group group, int i, StepSeries to) {
    switch (aggregate.op()) {
      case SUM, AVG -> sum(group, i, to);
      case COUNT, GROUP -> count(group, i, to);
      case MIN, MAX -> extreme(group, i, to);
      case STDDEV, STDVAR -> variance(group, i, to);
      default ->
          throw new IllegalStateException(
              "aggregation '%s' (expected: one value a group)".formatted(aggregate.op().text()));
    }
  }

  private void sum(Group group, int i, StepSeries to) {
    var sum = new MixedSum(aggregate.op() == AggregateOp.AVG);
    for (var line : group.lines()) {
      if (line.has(i)) {
        sum.add(line.value(i), line.histogram(i));
        if (sum.problem() == MixedSum.Problem.SCHEMAS) {
          context
              .annotations()
              .warn(
                  aggregate.inner(),
                  "vector contains a mix of histograms with exponential and custom buckets schemas"
                      + Annotations.ofAnyMetric(line.labels().metric()));
          if (sum.hasFloats()) {
            context
                .annotations()
                .warn(
                    aggregate.inner(),
                    "encountered a mix of histograms and floats for aggregation");
          }
          return;
        }
      }
    }
    switch (sum.problem()) {
      case FLOATS_AND_HISTOGRAMS ->
          context
              .annotations()
              .warn(
                  aggregate.inner(), "encountered a mix of histograms and floats for aggregation");
      case SCHEMAS -> {}
      case NONE -> {
        sum.histograms().ifPresent(this::annotate);
        sum.putInto(to, i);
      }
    }
  }

  private void annotate(HistogramSum histograms) {
    if (histograms.hintsConflict()) {
      context
          .annotations()
          .warn(aggregate.inner(), "conflicting counter resets during histogram aggregation");
    }
    if (histograms.wasReconciled()) {
      context
          .annotations()
          .info(aggregate.inner(), "mismatched custom buckets were reconciled during aggregation");
    }
  }

  private void count(Group group, int i, StepSeries to) {
    int n = 0;
    for (var line : group.lines()) {
      n += line.has(i) ? 1 : 0;
    }
    if (n > 0) {
      to.set(i, aggregate.op() == AggregateOp.COUNT ? n : 1);
    }
  }

  private void extreme(Group group, int i, StepSeries to) {
    boolean maximum = aggregate.op() == AggregateOp.MAX;
    for (var line : group.lines()) {
      if (isUsableFloat(line, i)) {
        double value = line.value(i);
        double before = to.value(i);
        if (!to.has(i) || Double.isNaN(before) || (maximum ? value > before : value < before)) {
          to.set(i, value);
        }
      }
    }
  }

  private boolean isUsableFloat(StepSeries line, int i) {
    if (line.histogram(i) != null) {
      context
          .annotations()
          .info(
              aggregate.inner(),
              "ignored histogram in %s aggregation".formatted(aggregate.op().text()));
      return false;
    }
    return line.has(i);
  }

  private void variance(Group group, int i, StepSeries to) {
    double count = 0;
    double mean = 0;
    double squares = 0;
    for (var line : group.lines()) {
      if (isUsableFloat(line, i)) {
        double value = line.value(i);
        count++;
        double delta = value - mean;
        mean += delta / count;
        squares += delta * (value - mean);
      }
    }
    if (count > 0) {
      double variance = squares / count;
      to.set(i, aggregate.op() == AggregateOp.STDDEV ? Math.sqrt(variance) : variance);
    }
  }

  private void quantile(Group group, int i, StepSeries to, double quantile) {
    var values = new double[group.lines().size()];
    int n = 0;
    for (var line : group.lines()) {
      if (isUsableFloat(line, i)) {
        values[n++] = line.value(i);
      }
    }
    if (n > 0) {
      to.set(i, Quantiles.of(quantile, values, n));
    }
  }
}
