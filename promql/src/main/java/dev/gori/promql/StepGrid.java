package dev.gori.promql;

/// The timestamps at which an expression is evaluated.
///
/// @param start the first timestamp, milliseconds since the epoch
/// @param steps the number of timestamps
/// @param step milliseconds between two; 0 for a single timestamp
/// @param end the requested end, which may be after the last timestamp
record StepGrid(long start, int steps, long step, long end) {

  static StepGrid single(long millis) {
    return new StepGrid(millis, 1, 0, millis);
  }

  /// The timestamp of a step, in milliseconds.
  ///
  /// @param index from 0
  long at(int index) {
    return start + index * step;
  }

  long last() {
    return at(steps - 1);
  }

  boolean isSingle() {
    return steps == 1;
  }
}
