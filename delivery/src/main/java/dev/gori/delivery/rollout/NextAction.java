package dev.gori.delivery.rollout;

import java.time.Duration;

/// What there is to do in a state. It follows from the state alone, so a rollout that is read from
/// the disk goes on where it was.
public sealed interface NextAction {

  /// @param pause how long to wait before, after failed attempts
  record Attempt(RolloutStep step, Duration pause) implements NextAction {}

  /// Take the readings and judge them.
  record Observe(Duration pause) implements NextAction {}

  /// It waits for its turn.
  record AwaitTurn() implements NextAction {}

  /// It has ended.
  record None() implements NextAction {}
}
