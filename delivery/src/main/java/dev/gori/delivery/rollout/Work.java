package dev.gori.delivery.rollout;

import java.time.Duration;

/// What there is to do in a state. It follows from the state alone, so a rollout that is read from
/// the disk goes on where it was.
public sealed interface Work {

  /// @param pause how long to wait before, after failed attempts
  record Do(Step step, Duration pause) implements Work {}

  /// Take the readings and judge them.
  record Look(Duration pause) implements Work {}

  /// It waits for its turn.
  record Wait() implements Work {}

  /// It has ended.
  record Nothing() implements Work {}
}
