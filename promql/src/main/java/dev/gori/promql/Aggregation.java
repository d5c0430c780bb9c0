package dev.gori.promql;

import dev.gori.kernel.gotext.GoFloat;
import dev.gori.kernel.label.Labels;
import dev.gori.promql.syntax.Expr;
import dev.gori.promql.syntax.ValueType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.OptionalDouble;

/// Evaluates aggregations: groups the series, then applies the operator to each group.
final class Aggregation {

  private final QueryContext context;
  private final Evaluator evaluator;

  Aggregation(QueryContext context, Evaluator evaluator) {
    this.context = context;
    this.evaluator = evaluator;
  }

  /// The series of one group.
  record Group(Labels labels, List<StepSeries> lines) {
    boolean isNameDropped() {
      return lines.stream().anyMatch(StepSeries::isNameDropped);
    }
  }

  List<StepSeries> of(Expr.Aggregate aggregate, StepGrid grid) {
    var parameter = new Parameter(aggregate, evaluator, grid);
    var lines = evaluator.vector(aggregate.inner(), grid);
    var groups = groups(aggregate, lines);
    return switch (aggregate.op()) {
      case TOPK, BOTTOMK, LIMITK, LIMIT_RATIO ->
          new SelectingAggregates(context, aggregate, parameter).of(groups, grid);
      case COUNT_VALUES ->
          new CountValues(parameter.text(), isWithout(aggregate, parameter.text()))
              .of(context, groups, grid);
      case QUANTILE -> new SimpleAggregates(context, aggregate).quantiles(groups, grid, parameter);
      case SUM, AVG, COUNT, MIN, MAX, GROUP, STDDEV, STDVAR ->
          new SimpleAggregates(context, aggregate).of(groups, grid);
    };
  }

  private static boolean isWithout(Expr.Aggregate aggregate, String label) {
    return aggregate.without()
        && (aggregate.grouping().contains(label) || MetricNames.ALL.contains(label));
  }

  private List<Group> groups(Expr.Aggregate aggregate, List<StepSeries> lines) {
    var without = new ArrayList<>(aggregate.grouping());
    without.addAll(MetricNames.ALL);
    var groups = new LinkedHashMap<Labels, Group>();
    for (var line : lines) {
      var labels =
          aggregate.without()
              ? line.labels().without(without)
              : line.labels().only(aggregate.grouping());
      groups.computeIfAbsent(labels, l -> new Group(l, new ArrayList<>())).lines().add(line);
    }
    return new ArrayList<>(groups.values());
  }

  /// The parameter of an aggregation, such as the 5 in `topk(5, x)`.
  static final class Parameter {
    private final Expr.Aggregate aggregate;
    private final double[] values;
    private final String text;

    Parameter(Expr.Aggregate aggregate, Evaluator evaluator, StepGrid grid) {
      this.aggregate = aggregate;
      var expr = aggregate.parameter();
      boolean isText = expr.isPresent() && expr.get().type() == ValueType.STRING;
      this.text = isText ? evaluator.string(expr.get()) : "";
      this.values = isText || expr.isEmpty() ? new double[0] : evaluator.scalar(expr.get(), grid);
    }

    double at(int step) {
      return values[step];
    }

    String text() {
      return text;
    }

    Expr expr() {
      return aggregate.parameter().orElse(aggregate);
    }

    /// How many series to select at a step.
    long countAt(int step) {
      return (long) values[step];
    }

    void refuseWhatIsNoCount() {
      for (double value : values) {
        if (value <= Long.MIN_VALUE || value >= 0x1p63) {
          throw PromQlException.execution(
              "Scalar value %s %s int64"
                  .formatted(GoFloat.general(value), value < 0 ? "underflows" : "overflows"));
        }
      }
    }

    void refuseNaN(String what) {
      for (double value : values) {
        if (Double.isNaN(value)) {
          throw PromQlException.execution(what + " value is NaN");
        }
      }
    }

    OptionalDouble highest() {
      return Arrays.stream(values).max();
    }

    OptionalDouble lowest() {
      return Arrays.stream(values).min();
    }
  }
}
