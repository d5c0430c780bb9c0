package dev.gori.promql;

import java.util.Locale;

/// Regression and smoothing of floats: `deriv`, `predict_linear`, `double_exponential_smoothing`.
final class RegressionFunctions {

  private final RangeAnnotations notes;
  private final StepGrid grid;

  RegressionFunctions(RangeAnnotations notes, StepGrid grid) {
    this.notes = notes;
    this.grid = grid;
  }

  private record LinearRegression(double slope, double intercept) {}

  void derivative(Window w, StepSeries to, int step) {
    if (isEnough(w)) {
      to.set(step, regression(w, firstFloatMillis(w)).slope);
    }
  }

  void predicted(Window w, double seconds, StepSeries to, int step) {
    if (isEnough(w)) {
      var line = regression(w, grid.at(step));
      to.set(step, line.slope * seconds + line.intercept);
    }
  }

  private boolean isEnough(Window w) {
    if (w.floats() > 0 && w.histograms() > 0) {
      notes.ignoredHistograms(w);
    }
    return w.floats() >= 2;
  }

  private static long firstFloatMillis(Window w) {
    int i = 0;
    while (!w.isFloat(i)) {
      i++;
    }
    return w.millis(i);
  }

  /// Least-squares regression of the floats, with seconds since a time as x.
  private static LinearRegression regression(Window w, long zeroMillis) {
    double n = 0;
    var sumX = new KahanSum();
    var sumY = new KahanSum();
    var sumXY = new KahanSum();
    var sumX2 = new KahanSum();
    double first = Double.NaN;
    boolean constant = true;
    for (int i = 0; i < w.size(); i++) {
      if (!w.isFloat(i)) {
        continue;
      }
      double y = w.value(i);
      if (n == 0) {
        first = y;
      }
      constant &= y == first;
      double x = (w.millis(i) - zeroMillis) / 1000.0;
      n++;
      sumX.add(x);
      sumY.add(y);
      sumXY.add(x * y);
      sumX2.add(x * x);
    }
    if (constant) {
      return Double.isInfinite(first)
          ? new LinearRegression(Double.NaN, Double.NaN)
          : new LinearRegression(0, first);
    }
    double covariance = sumXY.value() - sumX.value() * sumY.value() / n;
    double variance = sumX2.value() - sumX.value() * sumX.value() / n;
    double slope = covariance / variance;
    return new LinearRegression(slope, sumY.value() / n - slope * sumX.value() / n);
  }

  void smoothed(Window w, double smoothing, double trend, StepSeries to, int step) {
    if (smoothing <= 0 || smoothing >= 1) {
      throw PromQlException.execution(
          String.format(
              Locale.ROOT, "invalid smoothing factor. Expected: 0 < sf < 1, got: %f", smoothing));
    }
    if (trend <= 0 || trend >= 1) {
      throw PromQlException.execution(
          String.format(Locale.ROOT, "invalid trend factor. Expected: 0 < tf < 1, got: %f", trend));
    }
    if (!isEnough(w)) {
      return;
    }
    double before = 0;
    double now = 0;
    double slope = 0;
    int n = 0;
    for (int i = 0; i < w.size(); i++) {
      if (!w.isFloat(i)) {
        continue;
      }
      double value = w.value(i);
      if (n == 0) {
        now = value;
      } else {
        slope = n == 1 ? value - now : trend * (now - before) + (1 - trend) * slope;
        double next = smoothing * value + (1 - smoothing) * (now + slope);
        before = now;
        now = next;
      }
      n++;
    }
    to.set(step, now);
  }
}
