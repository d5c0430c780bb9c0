package dev.gori.metrics.otlp;

/// Converts unsigned 64-bit integers.
final class Unsigned {

  private Unsigned() {}

  static double of(long count) {
    return count >= 0 ? count : (double) (count >>> 1 | count & 1) * 2;
  }
}
