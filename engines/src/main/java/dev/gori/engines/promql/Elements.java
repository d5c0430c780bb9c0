package dev.gori.engines.promql;

import dev.gori.engines.promql.syntax.BinaryOp;
import dev.gori.engines.promql.syntax.Expr;
import dev.gori.kernel.sample.FloatHistogram;
import org.jspecify.annotations.Nullable;

/// One binary operator on two samples, each a float or a histogram.
final class Elements {

    private final Annotations annotations;
    private final Expr.Binary binary;
    private final BinaryOp op;

    Elements(Run run, Expr.Binary binary) {
        this.annotations = run.annotations();
        this.binary = binary;
        this.op = binary.op();
    }

    /// Puts the result into the line, or nothing where there is none.
    ///
    /// @param keepRight whether a comparison that holds gives the right sample
    void combine(double left, @Nullable FloatHistogram leftHistogram, double right, @Nullable FloatHistogram rightHistogram,
            Line to, int place, boolean keepRight) {
        if (leftHistogram == null && rightHistogram == null && !op.isTrim()) {
            floats(left, right, to, place, keepRight);
        } else if (leftHistogram != null && rightHistogram != null) {
            histograms(leftHistogram, rightHistogram, to, place);
        } else if (leftHistogram != null) {
            histogramAndFloat(leftHistogram, right, to, place);
        } else if (op == BinaryOp.MULTIPLY && rightHistogram != null) {
            to.set(place, rightHistogram.times(left));
        } else {
            incompatible("float", rightHistogram == null ? "float" : "histogram");
        }
    }

    private void floats(double left, double right, Line to, int place, boolean keepRight) {
        if (!op.isComparison()) {
            to.set(place, Arithmetic.of(op, left, right));
            return;
        }
        boolean holds = Arithmetic.holds(op, left, right);
        if (binary.returnsBool()) {
            to.set(place, holds ? 1 : 0);
        } else if (holds) {
            to.set(place, keepRight ? right : left);
        }
    }

    private void histogramAndFloat(FloatHistogram left, double right, Line to, int place) {
        switch (op) {
            case MULTIPLY -> to.set(place, left.times(right));
            case DIVIDE -> to.set(place, left.dividedBy(right));
            case TRIM_UPPER -> to.set(place, HistogramTrim.upTo(left, right));
            case TRIM_LOWER -> to.set(place, HistogramTrim.from(left, right));
            default -> incompatible("histogram", "float");
        }
    }

    private void histograms(FloatHistogram left, FloatHistogram right, Line to, int place) {
        switch (op) {
            case ADD, SUBTRACT -> addition(left, right, to, place);
            case EQUAL -> equality(left, left.sameAs(right), to, place);
            case NOT_EQUAL -> equality(left, !left.sameAs(right), to, place);
            default -> incompatible("histogram", "histogram");
        }
    }

    private void equality(FloatHistogram left, boolean holds, Line to, int place) {
        if (binary.returnsBool()) {
            to.set(place, holds ? 1 : 0);
        } else if (holds) {
            to.set(place, left);
        }
    }

    private void addition(FloatHistogram left, FloatHistogram right, Line to, int place) {
        if (!left.fits(right)) {
            annotations.warn(binary, "incompatible bucket layout encountered for binary operator " + op.text());
            return;
        }
        var what = op == BinaryOp.ADD ? "addition" : "subtraction";
        if (left.hint().conflictsWith(right.hint())) {
            annotations.warn(binary, "conflicting counter resets during histogram " + what);
        }
        var combined = op == BinaryOp.ADD ? left.plus(right) : left.minus(right);
        if (combined.boundsReconciled()) {
            annotations.info(binary, "mismatched custom buckets were reconciled during " + what);
        }
        to.set(place, combined.histogram());
    }

    private void incompatible(String left, String right) {
        annotations.info(binary, "incompatible sample types encountered for binary operator \"%s\": %s %s %s"
                .formatted(op.text(), left, op.text(), right));
    }
}
