package dev.gori.promql;

/// Kahan summation in Neumaier's variant: a sum with a compensation for lost low-order bits.
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

  /// The sum without the compensation.
  double raw() {
    return sum;
  }

  double value() {
    return sum + compensation;
  }
}
