package dev.gori.engines.promql;

import dev.gori.engines.promql.syntax.Expr;
import dev.gori.kernel.sample.FloatHistogram;
import dev.gori.kernel.sample.ResetHint;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Finds selectors of whose histograms only count and sum are looked at, and knows what Prometheus then says of counter resets: it
/// compares each sample with the one before while reading, instead of trusting "not known".
final class StatisticsOnly {

    private StatisticsOnly() {}

    static Set<Expr.VectorSelector> selectors(Expr expr) {
        Set<Expr.VectorSelector> found = Collections.newSetFromMap(new IdentityHashMap<>());
        collect(expr, false, found);
        return found;
    }

    private static void collect(Expr expr, boolean statistics, Set<Expr.VectorSelector> found) {
        switch (expr) {
            case Expr.VectorSelector selector -> {
                if (statistics) {
                    found.add(selector);
                }
            }
            case Expr.Call call -> {
                boolean inside = switch (call.function().name()) {
                    case "histogram_count", "histogram_sum", "histogram_avg" -> true;
                    case "histogram_quantile", "histogram_quantiles", "histogram_fraction", "histogram_stddev", "histogram_stdvar" -> false;
                    default -> statistics;
                };
                call.args().forEach(arg -> collect(arg, inside, found));
            }
            case Expr.Subquery _, Expr.Binary _ -> expr.children().forEach(child -> collect(child, false, found));
            default -> expr.children().forEach(child -> collect(child, statistics, found));
        }
    }

    static void judgeResets(Points points) {
        if (!points.hasHistograms()) {
            return;
        }
        FloatHistogram before = null;
        for (int i = 0; i < points.size(); i++) {
            var histogram = points.histogramAt(i);
            if (histogram != null) {
                points.replace(i, judged(histogram, before));
            }
            before = histogram;
        }
    }

    private static FloatHistogram judged(FloatHistogram histogram, @Nullable FloatHistogram before) {
        if (histogram.hint() != ResetHint.UNKNOWN || before == null) {
            return histogram;
        }
        return histogram.withHint(histogram.isResetAfter(before) ? ResetHint.RESET : ResetHint.NOT_RESET);
    }
}
