package dev.gori.logs.logql;

import dev.gori.kernel.label.Labels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Evaluates vector aggregations such as `sum by (app) (…)`.
final class VectorAggregator {

  private VectorAggregator() {}

  static Labels group(Labels labels, Expr.@Nullable Grouping grouping) {
    if (grouping == null) {
      return Labels.EMPTY;
    }
    return grouping.without() ? labels.without(grouping.names()) : labels.only(grouping.names());
  }

  static Map<Labels, Double> apply(Expr.VectorAggregation aggregate, Map<Labels, Double> vector) {
    return switch (aggregate.op()) {
      case SORT -> sorted(vector, Map.Entry.comparingByValue());
      case SORT_DESC -> sorted(vector, Map.Entry.<Labels, Double>comparingByValue().reversed());
      case TOPK, BOTTOMK -> topOrBottom(aggregate, vector);
      case SUM, MIN, MAX, AVG, COUNT, STDDEV, STDVAR -> reduced(aggregate, vector);
    };
  }

  private static Map<Labels, Double> sorted(
      Map<Labels, Double> vector, Comparator<Map.Entry<Labels, Double>> order) {
    var result = new LinkedHashMap<Labels, Double>();
    vector.entrySet().stream()
        .sorted(order)
        .forEach(entry -> result.put(entry.getKey(), entry.getValue()));
    return result;
  }

  private static Map<Labels, Double> topOrBottom(
      Expr.VectorAggregation aggregate, Map<Labels, Double> vector) {
    var byValue = Map.Entry.<Labels, Double>comparingByValue();
    var order =
        (aggregate.op() == Expr.VectorOp.TOPK ? byValue.reversed() : byValue)
            .thenComparing(Map.Entry.comparingByKey());
    var groups = new TreeMap<Labels, List<Map.Entry<Labels, Double>>>();
    vector
        .entrySet()
        .forEach(
            entry ->
                groups
                    .computeIfAbsent(
                        group(entry.getKey(), aggregate.grouping()), _ -> new ArrayList<>())
                    .add(entry));
    var result = new LinkedHashMap<Labels, Double>();
    groups
        .values()
        .forEach(
            members ->
                members.stream()
                    .sorted(order)
                    .limit(aggregate.parameter())
                    .forEach(entry -> result.put(entry.getKey(), entry.getValue())));
    return result;
  }

  private static Map<Labels, Double> reduced(
      Expr.VectorAggregation aggregate, Map<Labels, Double> vector) {
    var groups = new TreeMap<Labels, List<Double>>();
    vector.forEach(
        (labels, value) ->
            groups
                .computeIfAbsent(group(labels, aggregate.grouping()), _ -> new ArrayList<>())
                .add(value));
    var result = new LinkedHashMap<Labels, Double>();
    groups.forEach(
        (labels, values) ->
            result.put(
                labels, reduce(aggregate.op(), values.stream().mapToDouble(v -> v).toArray())));
    return result;
  }

  private static double reduce(Expr.VectorOp op, double[] values) {
    return switch (op) {
      case SUM -> Arrays.stream(values).sum();
      case MIN -> Arrays.stream(values).min().orElse(Double.NaN);
      case MAX -> Arrays.stream(values).max().orElse(Double.NaN);
      case AVG -> Arrays.stream(values).sum() / values.length;
      case COUNT -> values.length;
      case STDVAR -> variance(values);
      case STDDEV -> Math.sqrt(variance(values));
      case TOPK, BOTTOMK, SORT, SORT_DESC ->
          throw new IllegalStateException(op + " does not reduce a group to one value");
    };
  }

  /// The population variance.
  static double variance(double[] values) {
    double mean = Arrays.stream(values).sum() / values.length;
    return Arrays.stream(values).map(value -> (value - mean) * (value - mean)).sum()
        / values.length;
  }

  /// The quantile, with linear interpolation between neighbouring values.
  static double quantile(double q, double[] values) {
    if (q < 0) {
      return Double.NEGATIVE_INFINITY;
    }
    if (q > 1) {
      return Double.POSITIVE_INFINITY;
    }
    var sorted = values.clone();
    Arrays.sort(sorted);
    double rank = q * (sorted.length - 1);
    int lower = (int) Math.floor(rank);
    int upper = Math.min(lower + 1, sorted.length - 1);
    double weight = rank - lower;
    return sorted[lower] * (1 - weight) + sorted[upper] * weight;
  }
}
