package dev.gori.pipelines.dag;

import java.time.Instant;

/// The data interval of a run. The logical time of a scheduled run is the start of its interval;
/// the run is due at the end.
///
/// @param start inclusive
/// @param end exclusive; equal to the start for a run without a schedule
public record Interval(Instant start, Instant end) {

  public Interval {
    if (end.isBefore(start)) {
      throw new IllegalArgumentException(
          "interval: %s to %s (expected: an end that is not before the start)"
              .formatted(start, end));
    }
  }
}
