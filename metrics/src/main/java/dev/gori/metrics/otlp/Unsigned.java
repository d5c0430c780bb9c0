package dev.gori.metrics.otlp;

/// Counts of 64 bits without a sign, which Java reads as having one.
final class Unsigned {

  private Unsigned() {}

  static double of(long count) {
    return count >= 0 ? count : (double) (count >>> 1 | count & 1) * 2;
  }
}
