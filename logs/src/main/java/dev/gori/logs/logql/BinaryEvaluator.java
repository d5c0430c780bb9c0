package dev.gori.logs.logql;

import dev.gori.kernel.label.Labels;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;

/// Evaluates binary operators between vectors and numbers.
final class BinaryEvaluator {

  private final Expr.Binary binary;

  private BinaryEvaluator(Expr.Binary binary) {
    this.binary = binary;
  }

  static Map<Labels, Double> apply(
      Expr.Binary binary, Map<Labels, Double> left, Map<Labels, Double> right) {
    var join = new BinaryEvaluator(binary);
    if (binary.op().isSet()) {
      return join.setOperation(left, right);
    }
    if (binary.right() instanceof Expr.Number) {
      return join.withNumber(left, right.getOrDefault(Labels.EMPTY, Double.NaN), false);
    }
    if (binary.left() instanceof Expr.Number) {
      return join.withNumber(right, left.getOrDefault(Labels.EMPTY, Double.NaN), true);
    }
    return join.vectors(left, right);
  }

  private Map<Labels, Double> withNumber(
      Map<Labels, Double> vector, double number, boolean numberIsLeft) {
    var result = new LinkedHashMap<Labels, Double>();
    vector.forEach(
        (labels, value) -> {
          double a = numberIsLeft ? number : value;
          double b = numberIsLeft ? value : number;
          put(result, labels, value, a, b);
        });
    return result;
  }

  /// @param kept the value of an element that passes a comparison without `bool`
  private void put(
      Map<Labels, Double> result, Labels labels, double kept, double left, double right) {
    double value = binary.op().apply(left, right);
    if (!binary.op().isComparison() || binary.bool()) {
      result.put(labels, value);
    } else if (value != 0) {
      result.put(labels, kept);
    }
  }

  private Labels matchGroup(Labels labels) {
    var matching = binary.matching();
    return matching.on() ? labels.only(matching.names()) : labels.without(matching.names());
  }

  private Map<Labels, Double> setOperation(Map<Labels, Double> left, Map<Labels, Double> right) {
    var keys = new HashSet<Labels>();
    boolean union = binary.op() == BinaryOp.OR;
    (union ? left : right).keySet().forEach(labels -> keys.add(matchGroup(labels)));
    var result = new LinkedHashMap<Labels, Double>();
    if (union) {
      result.putAll(left);
      right.forEach(
          (labels, value) -> {
            if (!keys.contains(matchGroup(labels))) {
              result.put(labels, value);
            }
          });
      return result;
    }
    boolean wanted = binary.op() == BinaryOp.AND;
    left.forEach(
        (labels, value) -> {
          if (keys.contains(matchGroup(labels)) == wanted) {
            result.put(labels, value);
          }
        });
    return result;
  }

  private Map<Labels, Double> vectors(Map<Labels, Double> left, Map<Labels, Double> right) {
    boolean manyRight = binary.matching().manySide() == Expr.Matching.Side.RIGHT;
    var many = manyRight ? right : left;
    var ones = oneSide(manyRight ? left : right);
    var result = new LinkedHashMap<Labels, Double>();
    many.forEach(
        (labels, value) -> {
          var one = ones.get(matchGroup(labels));
          if (one == null) {
            return;
          }
          var target = resultLabels(labels, one.getKey());
          if (result.containsKey(target)) {
            throw new LogQlException(
                "multiple matches for labels: %s on the \"one\" side of '%s' (expected: one-to-one matching, or group_left/group_right)"
                    .formatted(target, binary.op().text()));
          }
          put(
              result,
              target,
              manyRight ? one.getValue() : value,
              manyRight ? one.getValue() : value,
              manyRight ? value : one.getValue());
        });
    return result;
  }

  private Map<Labels, Map.Entry<Labels, Double>> oneSide(Map<Labels, Double> side) {
    var ones = new HashMap<Labels, Map.Entry<Labels, Double>>();
    for (var entry : side.entrySet()) {
      if (ones.put(matchGroup(entry.getKey()), entry) != null) {
        throw new LogQlException(
            "found duplicate series for the match group %s on the \"one\" side of '%s' (expected: one element; aggregate this side first)"
                .formatted(matchGroup(entry.getKey()), binary.op().text()));
      }
    }
    return ones;
  }

  private Labels resultLabels(Labels many, Labels one) {
    var matching = binary.matching();
    if (matching.manySide() == Expr.Matching.Side.NEITHER) {
      boolean keeps = binary.op().isComparison() && !binary.bool();
      return keeps ? many : matchGroup(many);
    }
    var target = many;
    for (var name : matching.include()) {
      target = target.with(name, one.get(name));
    }
    return target;
  }
}
