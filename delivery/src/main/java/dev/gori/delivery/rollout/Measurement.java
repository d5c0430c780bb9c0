package dev.gori.delivery.rollout;

/// The result of a gate's query.
public sealed interface Measurement {

  record Value(double value) implements Measurement {}

  /// The query returned no sample, or a value that is not finite (such as 0/0).
  record NoData() implements Measurement {}

  /// The query failed.
  record Failed(String why) implements Measurement {}

  static Measurement of(double value) {
    return Double.isFinite(value) ? new Value(value) : new NoData();
  }
}
