package dev.gori.promql;

import dev.gori.kernel.label.Labels;
import dev.gori.promql.syntax.Expr;
import dev.gori.promql.syntax.Expr.Cardinality;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Matches the series of two vectors and applies an operator to each pair. The labels of a result
/// are computed once per pair, not at every step.
final class VectorMatch {

  private static final int NONE = -1;

  private final QueryContext context;
  private final Expr.Binary binary;
  private final Expr.Matching matching;
  private final SampleBinaryOp elements;
  private final MatchSignatures signatures;
  private final boolean oneIsLeft;
  private final Map<Labels, Slot> slots = new LinkedHashMap<>();
  private final Map<Long, Slot> byPair = new HashMap<>();

  /// A series of the result, and the last step at which a pair gave it a sample.
  private static final class Slot {
    private final StepSeries line;
    private int reached = NONE;

    Slot(StepSeries line) {
      this.line = line;
    }
  }

  /// The series of one side with their signatures, and the pair that each was matched in last.
  private record Side(
      List<StepSeries> lines, int[] numbers, int[] lastPartner, @Nullable Slot[] lastSlot) {
    Side(List<StepSeries> lines, int[] numbers) {
      this(lines, numbers, new int[numbers.length], new Slot[numbers.length]);
    }

    boolean has(int line, int moment) {
      return lines.get(line).has(moment);
    }
  }

  VectorMatch(
      QueryContext context,
      Expr.Binary binary,
      Expr.Matching matching,
      SampleBinaryOp elements,
      MatchSignatures signatures) {
    this.context = context;
    this.binary = binary;
    this.matching = matching;
    this.elements = elements;
    this.signatures = signatures;
    this.oneIsLeft = matching.cardinality() == Cardinality.ONE_TO_MANY;
  }

  List<StepSeries> of(List<StepSeries> left, List<StepSeries> right, int steps) {
    var leftSide = new Side(left, signatures.numbers(left));
    var rightSide = new Side(right, signatures.numbers(right));
    var many = oneIsLeft ? rightSide : leftSide;
    var one = oneIsLeft ? leftSide : rightSide;
    var oneAt = new int[signatures.count()];
    var manyAt = new int[signatures.count()];
    for (int i = 0; i < steps; i++) {
      Arrays.fill(oneAt, NONE);
      Arrays.fill(manyAt, NONE);
      matchStep(many, one, oneAt, manyAt, i);
      context.tick();
    }
    elements.annotate();
    var results = new ArrayList<StepSeries>(slots.size());
    for (var slot : slots.values()) {
      if (!slot.line.isEmpty()) {
        results.add(slot.line);
      }
    }
    return context.unique(results);
  }

  private void matchStep(Side many, Side one, int[] oneAt, int[] manyAt, int i) {
    // Under group_right Prometheus swaps the sides but not their fill values: fill_right is always
    // for the "one" side.
    var fillOne = matching.fillRight();
    var fillMany = matching.fillLeft();
    if (fillOne.isEmpty() && fillMany.isEmpty() && !(anyAt(many, i) && anyAt(one, i))) {
      return;
    }
    findOnes(one, oneAt, i);
    for (int m = 0; m < many.numbers.length; m++) {
      int number = many.numbers[m];
      if (!many.has(m, i) || (oneAt[number] == NONE && fillOne.isEmpty())) {
        continue;
      }
      if (!accepts(
          many.lines.get(m), oneAt[number] == NONE ? null : one.lines.get(oneAt[number]), i)) {
        continue;
      }
      if (matching.cardinality() == Cardinality.ONE_TO_ONE && manyAt[number] != NONE) {
        throw PromQlException.execution(
            "multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)");
      }
      manyAt[number] = m;
      pair(many, m, one, oneAt[number], fillOne.orElse(0.0), i);
    }
    if (fillMany.isPresent()) {
      for (int o = 0; o < one.numbers.length; o++) {
        if (one.has(o, i) && manyAt[one.numbers[o]] == NONE && accepts(null, one.lines.get(o), i)) {
          pair(many, NONE, one, o, fillMany.get(), i);
        }
      }
    }
  }

  private boolean accepts(@Nullable StepSeries many, @Nullable StepSeries one, int i) {
    var left = oneIsLeft ? one : many;
    var right = oneIsLeft ? many : one;
    return elements.accepts(
        left == null ? null : left.histogram(i), right == null ? null : right.histogram(i), i);
  }

  private static boolean anyAt(Side side, int i) {
    for (var line : side.lines) {
      if (line.has(i)) {
        return true;
      }
    }
    return false;
  }

  private void findOnes(Side one, int[] oneAt, int i) {
    for (int o = 0; o < one.numbers.length; o++) {
      if (!one.has(o, i)) {
        continue;
      }
      int before = oneAt[one.numbers[o]];
      if (before != NONE) {
        throw duplicates(one.lines.get(before).labels(), one.lines.get(o).labels());
      }
      oneAt[one.numbers[o]] = o;
    }
  }

  private PromQlException duplicates(Labels first, Labels second) {
    var group = signatures.of(first);
    boolean inOrder = first.toString().compareTo(second.toString()) <= 0;
    return PromQlException.execution(
        ("found duplicate series for the match group %s on the %s hand-side of the operation: [%s, %s];"
                + "many-to-many matching not allowed: matching labels must be unique on one side")
            .formatted(
                group,
                oneIsLeft ? "left" : "right",
                inOrder ? first : second,
                inOrder ? second : first));
  }

  private void pair(Side many, int m, Side one, int o, double fill, int i) {
    var manyLine = m == NONE ? null : many.lines.get(m);
    var oneLine = o == NONE ? null : one.lines.get(o);
    var slot = m != NONE && many.lastPartner[m] == o ? many.lastSlot[m] : null;
    if (slot == null) {
      slot = byPair.computeIfAbsent((m + 1L) << 32 | (o + 1), _ -> slot(manyLine, oneLine));
      if (m != NONE) {
        many.lastPartner[m] = o;
        many.lastSlot[m] = slot;
      }
    }
    if (slot.reached == i && matching.cardinality() != Cardinality.ONE_TO_ONE) {
      throw PromQlException.execution(
          "multiple matches for labels: grouping labels must ensure unique matches");
    }
    if (slot.line.has(i)) {
      throw StepSeriesMerge.duplicate();
    }
    slot.reached = i;
    var left = oneIsLeft ? oneLine : manyLine;
    var right = oneIsLeft ? manyLine : oneLine;
    elements.combine(
        value(left, fill, i),
        left == null ? null : left.histogram(i),
        value(right, fill, i),
        right == null ? null : right.histogram(i),
        slot.line,
        i,
        false);
  }

  private static double value(@Nullable StepSeries line, double fill, int i) {
    return line == null ? fill : line.value(i);
  }

  private Slot slot(@Nullable StepSeries many, @Nullable StepSeries one) {
    var known = many != null ? many : one;
    if (known == null) {
      throw new IllegalStateException("a pair of two absent series (expected: at least one)");
    }
    // As in Prometheus, a comparison clears the mark that the name is to be dropped.
    boolean dropName = binary.returnsBool();
    var labels =
        resultLabels(
            many != null ? many.labels() : signatures.of(known.labels()),
            many == null ? null : one);
    if (dropName && !context.options().delayedNames()) {
      labels = MetricNames.dropped(labels);
    }
    var finalLabels = labels;
    return slots.computeIfAbsent(
        labels,
        _ ->
            new Slot(
                context.line(
                    finalLabels, dropName && context.options().delayedNames(), known.steps())));
  }

  private Labels resultLabels(Labels many, @Nullable StepSeries one) {
    var labels = many;
    if (!binary.op().isComparison() && !binary.op().isTrim()) {
      labels = MetricNames.dropped(labels);
    }
    if (matching.cardinality() == Cardinality.ONE_TO_ONE) {
      labels = matching.on() ? labels.only(matching.labels()) : labels.without(matching.labels());
    }
    if (one != null) {
      for (var name : matching.include()) {
        labels = labels.with(name, one.labels().get(name));
      }
    }
    return labels;
  }
}
