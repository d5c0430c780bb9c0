package dev.gori.pipelines.dag;

import java.time.Instant;

/// The span of time whose data a run works on. A run's logical time is its start; it is due at its
/// end.
///
/// @param start inclusive
/// @param end exclusive; the same as the start for a run that has no schedule
public record Interval(Instant start, Instant end) {

  public Interval {
    if (end.isBefore(start)) {
      throw new IllegalArgumentException(
          "interval: %s to %s (expected: an end that is not before the start)"
              .formatted(start, end));
    }
  }
}
