package dev.gori.promql;

import dev.gori.promql.syntax.Expr;
import dev.gori.promql.syntax.ValueType;
import java.util.ArrayList;
import java.util.List;

/// Binary operators with at least one vector.
final class BinaryOps {

  private final QueryContext context;
  private final Evaluator evaluator;

  BinaryOps(QueryContext context, Evaluator evaluator) {
    this.context = context;
    this.evaluator = evaluator;
  }

  List<StepSeries> vector(Expr.Binary binary, StepGrid grid) {
    var elements = new SampleBinaryOp(context, binary, grid.steps());
    if (binary.left().type() == ValueType.SCALAR) {
      var scalars = evaluator.scalar(binary.left(), grid);
      return withScalar(binary, elements, evaluator.vector(binary.right(), grid), scalars, true);
    }
    if (binary.right().type() == ValueType.SCALAR) {
      var lines = evaluator.vector(binary.left(), grid);
      return withScalar(binary, elements, lines, evaluator.scalar(binary.right(), grid), false);
    }
    var matching = binary.matching().orElse(Expr.Matching.PLAIN);
    var left = evaluator.vector(binary.left(), grid);
    var right = evaluator.vector(binary.right(), grid);
    var signatures = new MatchSignatures(matching);
    return binary.op().isSet()
        ? SetOps.of(context, binary.op(), left, right, signatures, grid.steps())
        : new VectorMatch(context, binary, matching, elements, signatures)
            .of(left, right, grid.steps());
  }

  private List<StepSeries> withScalar(
      Expr.Binary binary,
      SampleBinaryOp elements,
      List<StepSeries> lines,
      double[] scalars,
      boolean scalarLeft) {
    boolean dropsName = !binary.op().isComparison() || binary.returnsBool();
    dropsName &= !binary.op().isTrim();
    var results = new ArrayList<StepSeries>(lines.size());
    for (var line : lines) {
      var to =
          dropsName
              ? context.dropName(line)
              : context.line(line.labels(), line.isNameDropped(), line.steps());
      for (int i = 0; i < line.steps(); i++) {
        var histogram = line.histogram(i);
        if (!line.has(i)
            || !elements.accepts(scalarLeft ? null : histogram, scalarLeft ? histogram : null, i)) {
          continue;
        }
        if (scalarLeft) {
          elements.combine(scalars[i], null, line.value(i), histogram, to, i, true);
        } else {
          elements.combine(line.value(i), histogram, scalars[i], null, to, i, false);
        }
      }
      results.add(to);
    }
    elements.annotate();
    return dropsName ? context.unique(results) : results;
  }
}
