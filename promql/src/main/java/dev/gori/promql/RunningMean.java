package dev.gori.promql;

/// A mean: sum and count until the sum would overflow, an incremental mean from then on.
final class RunningMean {

  private final KahanSum sum = new KahanSum();
  private boolean stepwise;
  private double count;

  void add(double value) {
    count++;
    if (!stepwise) {
      if (count == 1 || !Double.isInfinite(sum.raw() + value)) {
        sum.add(value);
        return;
      }
      stepwise = true;
      sum.scale(1 / (count - 1));
    }
    if (Double.isInfinite(sum.raw()) && staysInfinite(value)) {
      return;
    }
    sum.scale((count - 1) / count);
    sum.add(value / count);
  }

  private boolean staysInfinite(double value) {
    if (Double.isInfinite(value)) {
      return (sum.raw() > 0) == (value > 0);
    }
    return !Double.isNaN(value);
  }

  double value() {
    return stepwise ? sum.value() : sum.value() / count;
  }
}
