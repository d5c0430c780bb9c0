package dev.gori.engines.drift;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The drift gate's comparison.
///
/// The statistic is the largest distance between the two empirical distribution functions
/// (two-sample Kolmogorov-Smirnov); the p-value beside it is the asymptotic one with Stephens'
/// correction (Numerical Recipes, 3rd edition, 14.3.3). The gate is on the statistic: with
/// thousands of rows a p-value calls every difference significant.
public final class Drift {

    /// The most columns that are compared: the first ones.
    public static final int MOST_COLUMNS = 20;

    /// @param statistic 0 for equal distributions, 1 for separate ones
    /// @param pValue the chance of such a distance or a larger one if both samples had one
    ///   distribution
    public record Column(String name, double statistic, double pValue) {}

    /// @param columns by falling statistic
    /// @param skipped columns of the current version that the reference does not have, and those
    ///   beyond the most that are compared
    public record Report(List<Column> columns, List<String> skipped, double threshold) {
        public Report {
            columns = List.copyOf(columns);
            skipped = List.copyOf(skipped);
        }

        public Optional<Column> worst() {
            return columns.stream().findFirst();
        }

        public boolean hasDrifted() {
            return worst().filter(column -> column.statistic() > threshold).isPresent();
        }
    }

    private Drift() {}

    /// Compares column by column.
    ///
    /// @param reference samples by column; the order of both maps is that of the columns
    /// @param threshold a statistic over it is drift
    public static Report compare(
            Map<String, double[]> reference, Map<String, double[]> current, double threshold) {
        var columns = new ArrayList<Column>();
        var skipped = new ArrayList<String>();
        current.forEach(
                (name, sample) -> {
                    var other = reference.get(name);
                    if (other == null
                            || other.length == 0
                            || sample.length == 0
                            || columns.size() == MOST_COLUMNS) {
                        skipped.add(name);
                    } else {
                        double statistic = statistic(other, sample);
                        columns.add(
                                new Column(
                                        name,
                                        statistic,
                                        pValue(statistic, other.length, sample.length)));
                    }
                });
        columns.sort(Comparator.comparingDouble(Column::statistic).reversed());
        return new Report(columns, skipped, threshold);
    }

    static double statistic(double[] first, double[] second) {
        var a = first.clone();
        var b = second.clone();
        Arrays.sort(a);
        Arrays.sort(b);
        int i = 0;
        int j = 0;
        double largest = 0;
        while (i < a.length && j < b.length) {
            double value = Math.min(a[i], b[j]);
            while (i < a.length && a[i] <= value) {
                i++;
            }
            while (j < b.length && b[j] <= value) {
                j++;
            }
            largest = Math.max(largest, Math.abs((double) i / a.length - (double) j / b.length));
        }
        return largest;
    }

    static double pValue(double statistic, int first, int second) {
        double effective = Math.sqrt((double) first * second / (first + second));
        double lambda = (effective + 0.12 + 0.11 / effective) * statistic;
        if (lambda < 0.2) {
            return 1;
        }
        double sum = 0;
        for (int k = 1; k <= 100; k++) {
            double term = Math.exp(-2 * lambda * lambda * k * k);
            sum += k % 2 == 1 ? term : -term;
            if (term < 1e-12) {
                break;
            }
        }
        return Math.clamp(2 * sum, 0, 1);
    }
}
