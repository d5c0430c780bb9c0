package dev.gori.promql;

import dev.gori.kernel.sample.FloatHistogram;
import dev.gori.promql.syntax.BinaryOp;
import dev.gori.promql.syntax.Expr;
import org.jspecify.annotations.Nullable;

/// One binary operator on two samples, each a float or a histogram.
///
/// As in Prometheus, only the last annotation of each step is kept; {@link #annotate} adds them.
final class SampleBinaryOp {

  private final Annotations annotations;
  private final Expr.Binary binary;
  private final BinaryOp op;
  private final @Nullable Annotation[] notes;

  private record Annotation(boolean isWarning, String text) {}

  SampleBinaryOp(QueryContext context, Expr.Binary binary, int steps) {
    this.annotations = context.annotations();
    this.binary = binary;
    this.op = binary.op();
    this.notes = new Annotation[steps];
  }

  /// Whether the operator is defined for such samples.
  boolean accepts(@Nullable FloatHistogram left, @Nullable FloatHistogram right, int step) {
    boolean known =
        switch (op) {
          case MULTIPLY -> left == null || right == null;
          case DIVIDE -> right == null;
          case TRIM_UPPER, TRIM_LOWER -> left != null && right == null;
          case ADD, SUBTRACT, EQUAL, NOT_EQUAL -> (left == null) == (right == null);
          case POWER,
              MODULO,
              ATAN2,
              LESS,
              LESS_OR_EQUAL,
              GREATER,
              GREATER_OR_EQUAL,
              OR,
              AND,
              UNLESS ->
              left == null && right == null;
        };
    if (!known) {
      notes[step] =
          new Annotation(
              false,
              "incompatible sample types encountered for binary operator \"%s\": %s %s %s"
                  .formatted(op.text(), kind(left), op.text(), kind(right)));
      return false;
    }
    boolean isSum = op == BinaryOp.ADD || op == BinaryOp.SUBTRACT;
    if (isSum && left != null && right != null && !left.fits(right)) {
      notes[step] =
          new Annotation(
              true, "incompatible bucket layout encountered for binary operator " + op.text());
      return false;
    }
    return true;
  }

  private static String kind(@Nullable FloatHistogram histogram) {
    return histogram == null ? "float" : "histogram";
  }

  /// Sets the result at a step, or none where a comparison does not hold. The operator must accept
  /// the samples.
  ///
  /// @param keepRight whether a comparison that holds returns the right sample
  void combine(
      double left,
      @Nullable FloatHistogram leftHistogram,
      double right,
      @Nullable FloatHistogram rightHistogram,
      StepSeries to,
      int step,
      boolean keepRight) {
    if (leftHistogram != null && rightHistogram != null) {
      histograms(leftHistogram, rightHistogram, to, step);
    } else if (leftHistogram != null) {
      to.set(
          step,
          switch (op) {
            case DIVIDE -> leftHistogram.dividedBy(right);
            case TRIM_UPPER -> HistogramTrim.upTo(leftHistogram, right);
            case TRIM_LOWER -> HistogramTrim.from(leftHistogram, right);
            default -> leftHistogram.times(right);
          });
    } else if (rightHistogram != null) {
      to.set(step, rightHistogram.times(left));
    } else {
      floats(left, right, to, step, keepRight);
    }
  }

  private void floats(double left, double right, StepSeries to, int step, boolean keepRight) {
    if (!op.isComparison()) {
      to.set(step, Arithmetic.of(op, left, right));
      return;
    }
    boolean holds = Arithmetic.holds(op, left, right);
    if (binary.returnsBool()) {
      to.set(step, holds ? 1 : 0);
    } else if (holds) {
      to.set(step, keepRight ? right : left);
    }
  }

  private void histograms(FloatHistogram left, FloatHistogram right, StepSeries to, int step) {
    if (op.isComparison()) {
      boolean holds = left.sameAs(right) == (op == BinaryOp.EQUAL);
      if (binary.returnsBool()) {
        to.set(step, holds ? 1 : 0);
      } else if (holds) {
        to.set(step, left);
      }
      return;
    }
    var what = op == BinaryOp.ADD ? "addition" : "subtraction";
    if (left.hint().conflictsWith(right.hint())) {
      notes[step] = new Annotation(true, "conflicting counter resets during histogram " + what);
    }
    var combined = op == BinaryOp.ADD ? left.plus(right) : left.minus(right);
    if (combined.boundsReconciled()) {
      notes[step] =
          new Annotation(false, "mismatched custom buckets were reconciled during " + what);
    }
    to.set(step, combined.histogram());
  }

  /// Adds the annotations, in the order of the steps.
  void annotate() {
    for (var note : notes) {
      if (note != null && note.isWarning) {
        annotations.warn(binary, note.text);
      } else if (note != null) {
        annotations.info(binary, note.text);
      }
    }
  }
}
