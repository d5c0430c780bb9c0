package dev.gori.promql;

import java.util.Arrays;

/// Quantiles of plain values.
final class Quantiles {

  private Quantiles() {}

  /// The quantile of values, with NaN as the smallest. Sorts the values.
  static double of(double quantile, double[] values, int size) {
    if (size == 0 || Double.isNaN(quantile)) {
      return Double.NaN;
    }
    if (quantile < 0) {
      return Double.NEGATIVE_INFINITY;
    }
    if (quantile > 1) {
      return Double.POSITIVE_INFINITY;
    }
    sortNaNFirst(values, size);
    double rank = quantile * (size - 1);
    int lower = (int) Math.max(0, Math.floor(rank));
    int upper = Math.min(size - 1, lower + 1);
    double weight = rank - Math.floor(rank);
    if (weight == 0) {
      return values[lower];
    }
    return values[lower] * (1 - weight) + values[upper] * weight;
  }

  private static void sortNaNFirst(double[] values, int size) {
    Arrays.sort(values, 0, size);
    int nans = 0;
    while (nans < size && Double.isNaN(values[size - 1 - nans])) {
      nans++;
    }
    if (nans > 0) {
      System.arraycopy(values, 0, values, nans, size - nans);
      Arrays.fill(values, 0, nans, Double.NaN);
    }
  }

  static boolean isProper(double quantile) {
    return quantile >= 0 && quantile <= 1;
  }
}
