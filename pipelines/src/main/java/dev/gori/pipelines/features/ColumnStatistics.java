package dev.gori.pipelines.features;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.SplittableRandom;

/// Computes a column's summary in constant memory: moments by Welford's method, quantiles from a
/// reservoir sample (Vitter's algorithm R) with a fixed seed, so that the same file gives the same
/// summary.
final class ColumnStatistics {

  private static final int SAMPLE = 2_000;
  private static final int[] PERCENTILES = {1, 5, 25, 50, 75, 95, 99};

  private final double[] sample = new double[SAMPLE];
  private final SplittableRandom random;
  private long count;
  private double mean;
  private double squares;
  private double min = Double.POSITIVE_INFINITY;
  private double max = Double.NEGATIVE_INFINITY;

  ColumnStatistics(long seed) {
    this.random = new SplittableRandom(seed);
  }

  void add(double value) {
    if (count < SAMPLE) {
      sample[(int) count] = value;
    } else {
      long place = random.nextLong(count + 1);
      if (place < SAMPLE) {
        sample[(int) place] = value;
      }
    }
    count++;
    double distance = value - mean;
    mean += distance / count;
    squares += distance * (value - mean);
    min = Math.min(min, value);
    max = Math.max(max, value);
  }

  ColumnSummary summary() {
    var sorted = Arrays.copyOf(sample, (int) Math.min(count, SAMPLE));
    Arrays.sort(sorted);
    var quantiles = new LinkedHashMap<String, Double>();
    if (sorted.length > 0) {
      for (int percent : PERCENTILES) {
        quantiles.put(
            String.format(Locale.ROOT, "p%02d", percent),
            sorted[(int) ((sorted.length - 1) * percent / 100.0)]);
      }
    }
    return count == 0
        ? new ColumnSummary(0, 0, 0, 0, 0, quantiles)
        : new ColumnSummary(count, mean, Math.sqrt(squares / count), min, max, quantiles);
  }
}
