package dev.gori.promql;

import dev.gori.promql.RangeFunctions.WindowFunction;
import java.util.Arrays;
import java.util.function.DoubleBinaryOperator;

/// The `_over_time` functions.
final class OverTimeFunctions {

  private final RangeAnnotations notes;

  /// The floats of the current window. The array is reused: an array for each step would load the
  /// garbage collector.
  private double[] floats = new double[0];

  OverTimeFunctions(RangeAnnotations notes) {
    this.notes = notes;
  }

  WindowFunction named(String function) {
    return switch (function) {
      case "sum_over_time" -> (w, to, i) -> sum(w, false, to, i);
      case "avg_over_time" -> (w, to, i) -> sum(w, true, to, i);
      case "count_over_time" -> (w, to, i) -> to.set(i, w.size());
      case "present_over_time" -> (_, to, i) -> to.set(i, 1);
      case "last_over_time" -> (w, to, i) -> sample(w, w.size() - 1, to, i);
      case "first_over_time" -> (w, to, i) -> sample(w, 0, to, i);
      case "min_over_time" ->
          (w, to, i) -> extreme(w, (now, best) -> now < best ? 1 : 0, false, to, i);
      case "max_over_time" ->
          (w, to, i) -> extreme(w, (now, best) -> now > best ? 1 : 0, false, to, i);
      case "ts_of_min_over_time" ->
          (w, to, i) -> extreme(w, (now, best) -> now <= best ? 1 : 0, true, to, i);
      case "ts_of_max_over_time" ->
          (w, to, i) -> extreme(w, (now, best) -> now >= best ? 1 : 0, true, to, i);
      case "ts_of_first_over_time" -> (w, to, i) -> to.set(i, w.millis(0) / 1000.0);
      case "ts_of_last_over_time" -> (w, to, i) -> to.set(i, w.millis(w.size() - 1) / 1000.0);
      case "stddev_over_time" -> (w, to, i) -> variance(w, true, to, i);
      case "stdvar_over_time" -> (w, to, i) -> variance(w, false, to, i);
      case "mad_over_time" -> this::medianDeviation;
      case "integral" -> this::integral;
      default ->
          throw new IllegalStateException(
              "function '%s' (expected: one over time)".formatted(function));
    };
  }

  private static void sample(Window w, int at, StepSeries to, int step) {
    var histogram = w.histogram(at);
    if (histogram != null) {
      to.set(step, histogram);
    } else {
      to.set(step, w.value(at));
    }
  }

  private void sum(Window w, boolean isMean, StepSeries to, int step) {
    if (w.floats() > 0 && w.histograms() > 0) {
      notes.mixedFloatsAndHistograms(w);
    } else if (w.histograms() > 0) {
      histogramSum(w, isMean, to, step);
    } else if (isMean) {
      var mean = new RunningMean();
      for (int i = 0; i < w.size(); i++) {
        mean.add(w.value(i));
      }
      to.set(step, mean.value());
    } else {
      var sum = new KahanSum();
      for (int i = 0; i < w.size(); i++) {
        sum.add(w.value(i));
      }
      to.set(step, sum.value());
    }
  }

  private void histogramSum(Window w, boolean isMean, StepSeries to, int step) {
    var sum = new HistogramSum(w.histogramAt(0));
    for (int i = 1; i < w.size(); i++) {
      var histogram = w.histogramAt(i);
      if (!sum.fits(histogram)) {
        notes.mixedSchemas(w);
        return;
      }
      if (isMean) {
        sum.addToMean(histogram);
      } else {
        sum.add(histogram);
      }
    }
    if (sum.hintsConflict()) {
      notes.conflictingResets("aggregation");
    }
    if (sum.wasReconciled()) {
      notes.reconciled("aggregation");
    }
    to.set(step, isMean ? sum.mean() : sum.sum());
  }

  /// Whether there are floats; adds an info when histograms are ignored.
  private boolean hasFloats(Window w) {
    if (w.floats() > 0 && w.histograms() > 0) {
      notes.ignoredHistograms(w);
    }
    return w.floats() > 0;
  }

  /// The integral of the linearly interpolated floats, values times seconds. NaN counts as 0.
  private void integral(Window w, StepSeries to, int step) {
    if (!hasFloats(w)) {
      return;
    }
    var area = new KahanSum();
    int before = -1;
    for (int i = 0; i < w.size(); i++) {
      if (!w.isFloat(i)) {
        continue;
      }
      if (before >= 0) {
        double half = (w.millis(i) - w.millis(before)) / 2000.0;
        for (int end : new int[] {before, i}) {
          if (!Double.isNaN(w.value(end))) {
            area.add(w.value(end) * half);
          }
        }
      }
      before = i;
    }
    to.set(step, area.value());
  }

  private void extreme(
      Window w, DoubleBinaryOperator isBetter, boolean wantsTime, StepSeries to, int step) {
    if (!hasFloats(w)) {
      return;
    }
    int best = -1;
    for (int i = 0; i < w.size(); i++) {
      if (w.isFloat(i)
          && (best < 0
              || Double.isNaN(w.value(best))
              || isBetter.applyAsDouble(w.value(i), w.value(best)) > 0)) {
        best = i;
      }
    }
    to.set(step, wantsTime ? w.millis(best) / 1000.0 : w.value(best));
  }

  private void variance(Window w, boolean root, StepSeries to, int step) {
    if (!hasFloats(w)) {
      return;
    }
    double count = 0;
    var mean = new KahanSum();
    var squares = new KahanSum();
    for (int i = 0; i < w.size(); i++) {
      if (w.isFloat(i)) {
        count++;
        double delta = w.value(i) - mean.value();
        mean.add(delta / count);
        squares.add(delta * (w.value(i) - mean.value()));
      }
    }
    double variance = squares.value() / count;
    to.set(step, root ? Math.sqrt(variance) : variance);
  }

  /// Copies the window's floats to the beginning of {@link #floats}.
  ///
  /// @return how many there are
  private int copyFloats(Window w) {
    if (floats.length < w.floats()) {
      floats = new double[w.floats()];
    }
    int n = 0;
    for (int i = 0; i < w.size(); i++) {
      if (w.isFloat(i)) {
        floats[n++] = w.value(i);
      }
    }
    return n;
  }

  void quantile(Window w, double quantile, StepSeries to, int step) {
    if (hasFloats(w)) {
      int size = copyFloats(w);
      to.set(step, Quantiles.of(quantile, floats, size));
    }
  }

  private void medianDeviation(Window w, StepSeries to, int step) {
    if (!hasFloats(w)) {
      return;
    }
    int size = copyFloats(w);
    if (Arrays.stream(floats, 0, size).anyMatch(Double::isNaN)) {
      to.set(step, Double.NaN);
      return;
    }
    double median = Quantiles.of(0.5, floats, size);
    for (int i = 0; i < size; i++) {
      floats[i] = Math.abs(floats[i] - median);
    }
    to.set(step, Quantiles.of(0.5, floats, size));
  }
}
