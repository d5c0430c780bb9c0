package dev.gori.promql;

/// The moments at which something is evaluated.
///
/// @param start the first moment, milliseconds since the epoch
/// @param steps how many moments
/// @param step milliseconds between two; 0 for a single moment
/// @param end the end that was asked for, which may lie after the last moment
record StepGrid(long start, int steps, long step, long end) {

  static StepGrid single(long millis) {
    return new StepGrid(millis, 1, 0, millis);
  }

  long at(int step) {
    return start + step * step;
  }

  long last() {
    return at(steps - 1);
  }

  boolean isSingle() {
    return steps == 1;
  }
}
