package dev.gori.promql;

import dev.gori.promql.syntax.BinaryOp;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/// The set operators `and`, `or` and `unless`.
final class SetOps {

  private SetOps() {}

  static List<StepSeries> of(
      QueryContext context,
      BinaryOp op,
      List<StepSeries> left,
      List<StepSeries> right,
      MatchSignatures signatures,
      int steps) {
    var leftNumbers = signatures.numbers(left);
    var rightNumbers = signatures.numbers(right);
    return switch (op) {
      case OR -> {
        var present = present(left, leftNumbers, signatures.count(), steps);
        var all = new ArrayList<>(left);
        all.addAll(kept(context, right, rightNumbers, present, false));
        yield StepSeriesMerge.merged(all);
      }
      case AND ->
          kept(
              context,
              left,
              leftNumbers,
              present(right, rightNumbers, signatures.count(), steps),
              true);
      case UNLESS ->
          kept(
              context,
              left,
              leftNumbers,
              present(right, rightNumbers, signatures.count(), steps),
              false);
      default ->
          throw new IllegalStateException(
              "operator '%s' (expected: a set operator)".formatted(op.text()));
    };
  }

  /// For each signature the steps at which a series with it has a sample.
  private static BitSet[] present(List<StepSeries> lines, int[] numbers, int count, int steps) {
    var present = new BitSet[count];
    for (int n = 0; n < count; n++) {
      present[n] = new BitSet(steps);
    }
    for (int l = 0; l < numbers.length; l++) {
      var line = lines.get(l);
      for (int i = 0; i < steps; i++) {
        if (line.has(i)) {
          present[numbers[l]].set(i);
        }
      }
    }
    return present;
  }

  private static List<StepSeries> kept(
      QueryContext context,
      List<StepSeries> lines,
      int[] numbers,
      BitSet[] present,
      boolean where) {
    var kept = new ArrayList<StepSeries>();
    for (int l = 0; l < numbers.length; l++) {
      var line = lines.get(l);
      var moments = present[numbers[l]];
      StepSeries to = null;
      for (int i = 0; i < line.steps(); i++) {
        if (line.has(i) && moments.get(i) != where) {
          to = to == null ? context.copy(line) : to;
          to.clear(i);
        }
      }
      var result = to == null ? line : to;
      if (!result.isEmpty()) {
        kept.add(result);
      }
    }
    return kept;
  }
}
