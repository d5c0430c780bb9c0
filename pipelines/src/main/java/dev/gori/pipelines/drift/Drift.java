package dev.gori.pipelines.drift;

import dev.gori.kernel.life.Cancellation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Compares two feature versions for the drift gate.
///
/// The statistic is the largest distance between the two empirical distribution functions
/// (two-sample Kolmogorov-Smirnov). The p-value is the asymptotic one with Stephens' correction
/// (Numerical Recipes, 3rd edition, 14.3.3). The gate tests the statistic: with thousands of rows a
/// p-value calls every difference significant.
///
/// A column that cannot be compared never counts as equal. A column is unclear if the new version
/// lacks it, if a value is NaN or infinite, or if a sample has fewer than {@link #LEAST_ROWS} rows.
/// A column that only the new version has is listed without a comparison; so is a column that holds
/// the same single value on both sides, which carries no information.
public final class Drift {

  /// The minimum number of rows on each side; a smaller sample is unclear.
  public static final int LEAST_ROWS = 30;

  private Drift() {}

  /// Compares every column, first those of the current version in their order, then the others.
  ///
  /// @param reference samples by column
  /// @param current samples by column
  /// @param ignored columns that are not compared
  /// @param threshold a larger statistic is drift; more than 0, less than 1
  public static DriftReport compare(
      Map<String, double[]> reference,
      Map<String, double[]> current,
      Set<String> ignored,
      double threshold) {
    if (!(threshold > 0 && threshold < 1)) {
      throw new IllegalArgumentException(
          "threshold: %s (expected: more than 0 and less than 1)".formatted(threshold));
    }
    var names = new LinkedHashSet<>(current.keySet());
    names.addAll(reference.keySet());
    names.removeAll(ignored);
    var columns = new ArrayList<DriftReport.Column>();
    for (var name : names) {
      Cancellation.check();
      columns.add(column(name, reference.get(name), current.get(name), threshold));
    }
    return DriftReport.of(columns, threshold);
  }

  private static DriftReport.Column column(
      String name, double @Nullable [] reference, double @Nullable [] current, double threshold) {
    if (current == null) {
      return new DriftReport.Unclear(
          name, "the reference has this column, the new version does not");
    }
    if (reference == null) {
      return new DriftReport.Uncompared(name, "new: the reference does not have this column");
    }
    var problems = new ArrayList<String>();
    problem("the new version", current, problems);
    problem("the reference", reference, problems);
    if (!problems.isEmpty()) {
      return new DriftReport.Unclear(name, String.join("; ", problems));
    }
    if (isConstant(reference) && isConstant(current) && reference[0] == current[0]) {
      return new DriftReport.Uncompared(
          name, "constant: every value is %s on both sides".formatted(current[0]));
    }
    double statistic = statistic(reference, current);
    return new DriftReport.Compared(
        name,
        statistic,
        pValue(statistic, reference.length, current.length),
        statistic > threshold);
  }

  private static void problem(String side, double[] sample, List<String> problems) {
    if (sample.length < LEAST_ROWS) {
      problems.add(
          "%s has %d rows (expected: %d or more)".formatted(side, sample.length, LEAST_ROWS));
      return;
    }
    long odd = Arrays.stream(sample).filter(value -> !Double.isFinite(value)).count();
    if (odd > 0) {
      problems.add(
          "%d of %d values of %s are NaN or infinite (expected: finite numbers)"
              .formatted(odd, sample.length, side));
    }
  }

  private static boolean isConstant(double[] sample) {
    for (double value : sample) {
      if (value != sample[0]) {
        return false;
      }
    }
    return true;
  }

  /// @param first finite numbers
  /// @param second finite numbers
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
