package dev.gori.engines.promql;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// The `le` buckets of a classic histogram at one moment: running totals by upper bound, made to rise where they do not.
final class ClassicBuckets {

    private static final double SMALL = 1e-12;

    /// @param count observations up to the bound
    record Cumulative(double upper, double count) {}

    private final List<Cumulative> buckets;
    private final boolean forced;
    private final boolean complete;

    private ClassicBuckets(List<Cumulative> buckets, boolean forced, boolean complete) {
        this.buckets = buckets;
        this.forced = forced;
        this.complete = complete;
    }

    static ClassicBuckets of(List<Cumulative> unordered) {
        var sorted = new ArrayList<>(unordered);
        sorted.sort(Comparator.comparingDouble(Cumulative::upper));
        boolean complete = !sorted.isEmpty() && sorted.getLast().upper() == Double.POSITIVE_INFINITY;
        var joined = new ArrayList<Cumulative>(sorted.size());
        for (var bucket : sorted) {
            if (!joined.isEmpty() && joined.getLast().upper() == bucket.upper()) {
                joined.set(joined.size() - 1, new Cumulative(bucket.upper(), joined.getLast().count() + bucket.count()));
            } else {
                joined.add(bucket);
            }
        }
        boolean forced = false;
        for (int i = 1; i < joined.size(); i++) {
            double before = joined.get(i - 1).count();
            double now = joined.get(i).count();
            boolean almost = Math.abs(now - before) <= SMALL * Math.max(Math.abs(now), Math.abs(before));
            if (now < before || almost) {
                forced |= now < before && !almost;
                joined.set(i, new Cumulative(joined.get(i).upper(), before));
            }
        }
        return new ClassicBuckets(joined, forced, complete);
    }

    /// Whether counts had to be raised by more than rounding explains.
    boolean wasForced() {
        return forced;
    }

    double quantile(double quantile) {
        if (Double.isNaN(quantile)) {
            return Double.NaN;
        }
        if (quantile < 0) {
            return Double.NEGATIVE_INFINITY;
        }
        if (quantile > 1) {
            return Double.POSITIVE_INFINITY;
        }
        if (!complete || buckets.size() < 2 || buckets.getLast().count() == 0 || Double.isNaN(buckets.getLast().count())) {
            return Double.NaN;
        }
        double rank = quantile * buckets.getLast().count();
        int at = 0;
        while (at < buckets.size() - 1 && buckets.get(at).count() < rank) {
            at++;
        }
        if (at == buckets.size() - 1) {
            return buckets.get(at - 1).upper();
        }
        double upper = buckets.get(at).upper();
        if (at == 0 && upper <= 0) {
            return upper;
        }
        double lower = at == 0 ? 0 : buckets.get(at - 1).upper();
        double below = at == 0 ? 0 : buckets.get(at - 1).count();
        return lower + (upper - lower) * ((rank - below) / (buckets.get(at).count() - below));
    }

    double fraction(double lower, double upper) {
        if (!complete || buckets.size() < 2) {
            return Double.NaN;
        }
        double total = buckets.getLast().count();
        if (total == 0 || Double.isNaN(lower) || Double.isNaN(upper) || Double.isNaN(total)) {
            return Double.NaN;
        }
        return lower >= upper ? 0 : (upTo(upper) - upTo(lower)) / total;
    }

    private double upTo(double limit) {
        double below = 0;
        double bound = buckets.getFirst().upper() > 0 ? 0 : Double.NEGATIVE_INFINITY;
        for (var bucket : buckets) {
            double count = bucket.count() - below;
            if (limit < bucket.upper()) {
                return below + NativeQuantiles.linearPart(bound, bucket.upper(), count, limit);
            }
            below = bucket.count();
            bound = bucket.upper();
        }
        return below;
    }
}
