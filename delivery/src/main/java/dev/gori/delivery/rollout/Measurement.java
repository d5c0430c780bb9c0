package dev.gori.delivery.rollout;

/// What a gate's query said.
public sealed interface Measurement {

  record Value(double value) implements Measurement {}

  /// Answered with nothing, or with something that is no finite number (such as a ratio of nothing
  /// to nothing).
  record NoData() implements Measurement {}

  /// Not answered.
  record Failed(String why) implements Measurement {}

  static Measurement of(double value) {
    return Double.isFinite(value) ? new Value(value) : new NoData();
  }
}
