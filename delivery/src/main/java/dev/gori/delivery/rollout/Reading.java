package dev.gori.delivery.rollout;

/// What a gate's query said.
public sealed interface Reading {

  record Value(double value) implements Reading {}

  /// Answered with nothing, or with something that is no finite number (such as a ratio of nothing
  /// to nothing).
  record NoData() implements Reading {}

  /// Not answered.
  record Failed(String why) implements Reading {}

  static Reading of(double value) {
    return Double.isFinite(value) ? new Value(value) : new NoData();
  }
}
