package dev.gori.promql;

/// A sum that remembers what rounding took from it (Kahan's method in Neumaier's form).
final class KahanSum {

  private double sum;
  private double compensation;

  KahanSum() {
    this(0);
  }

  KahanSum(double first) {
    this.sum = first;
  }

  void add(double more) {
    double total = sum + more;
    if (Double.isInfinite(total)) {
      compensation = 0;
    } else if (Math.abs(sum) >= Math.abs(more)) {
      compensation += (sum - total) + more;
    } else {
      compensation += (more - total) + sum;
    }
    sum = total;
  }

  void scale(double factor) {
    sum *= factor;
    compensation *= factor;
  }

  /// The sum without what rounding took.
  double raw() {
    return sum;
  }

  double value() {
    return sum + compensation;
  }
}
