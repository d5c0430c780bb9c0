package dev.gori.promql;

import dev.gori.kernel.sample.Buckets;
import dev.gori.kernel.sample.FloatHistogram;
import dev.gori.kernel.sample.ResetHint;
import dev.gori.kernel.sample.SampleBuffer;
import dev.gori.promql.syntax.AggregateOp;
import dev.gori.promql.syntax.BinaryOp;
import dev.gori.promql.syntax.Expr;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Finds selectors of whose histograms a query uses only count and sum. As Prometheus's
/// `HistogramStatsIterator`, it reads them without buckets, and decides unknown counter-reset hints
/// by comparing with the sample before.
final class HistogramStats {

  private static final Set<String> WITHOUT_BUCKETS =
      Set.of(
          "histogram_count",
          "histogram_sum",
          "histogram_avg",
          "absent",
          "timestamp",
          "start_timestamp");
  private static final Set<String> WITH_BUCKETS =
      Set.of(
          "histogram_quantile",
          "histogram_quantiles",
          "histogram_fraction",
          "histogram_stddev",
          "histogram_stdvar");

  private HistogramStats() {}

  static Set<Expr.VectorSelector> selectors(Expr expr) {
    Set<Expr.VectorSelector> found = Collections.newSetFromMap(new IdentityHashMap<>());
    collect(expr, false, found);
    return found;
  }

  /// Selectors below an expression that needs buckets keep them, whatever contains it.
  private static void collect(Expr expr, boolean statistics, Set<Expr.VectorSelector> found) {
    if (expr instanceof Expr.VectorSelector selector) {
      if (statistics) {
        found.add(selector);
      }
    } else if (!needsBuckets(expr)) {
      boolean inside =
          statistics
              || (expr instanceof Expr.Call call
                  && WITHOUT_BUCKETS.contains(call.function().name()));
      expr.children().forEach(child -> collect(child, inside, found));
    }
  }

  private static boolean needsBuckets(Expr expr) {
    return switch (expr) {
      case Expr.Call call -> WITH_BUCKETS.contains(call.function().name());
      case Expr.Aggregate aggregate -> aggregate.op() == AggregateOp.COUNT_VALUES;
      case Expr.Binary binary ->
          binary.op() == BinaryOp.EQUAL
              || binary.op() == BinaryOp.NOT_EQUAL
              || binary.op().isTrim();
      case Expr.Subquery _ -> true;
      case Expr.VectorSelector _,
          Expr.MatrixSelector _,
          Expr.Unary _,
          Expr.Paren _,
          Expr.NumberLiteral _,
          Expr.StringLiteral _ ->
          false;
    };
  }

  static void reduce(SampleBuffer points) {
    if (!points.hasHistograms()) {
      return;
    }
    FloatHistogram before = null;
    for (int i = 0; i < points.size(); i++) {
      var histogram = points.histogramAt(i);
      if (histogram != null) {
        points.replace(i, withoutBuckets(judged(histogram, before)));
      }
      before = histogram;
    }
  }

  private static FloatHistogram withoutBuckets(FloatHistogram h) {
    return new FloatHistogram(
        h.hint(), h.schema(), 0, 0, h.count(), h.sum(), Buckets.NONE, Buckets.NONE, new double[0]);
  }

  private static FloatHistogram judged(FloatHistogram histogram, @Nullable FloatHistogram before) {
    if (histogram.hint() != ResetHint.UNKNOWN || before == null) {
      return histogram;
    }
    return histogram.withHint(
        histogram.isResetAfter(before) ? ResetHint.RESET : ResetHint.NOT_RESET);
  }
}
