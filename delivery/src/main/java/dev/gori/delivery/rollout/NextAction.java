package dev.gori.delivery.rollout;

import java.time.Duration;

/// The next action of a rollout. It depends on the state alone, so a rollout that is loaded from
/// the database continues where it stopped.
public sealed interface NextAction {

  /// @param pause how long to wait before the attempt, after failed attempts
  record Attempt(RolloutStep step, Duration pause) implements NextAction {}

  /// Measure and judge one round.
  record Observe(Duration pause) implements NextAction {}

  /// Wait until earlier rollouts of the variant have ended.
  record AwaitTurn() implements NextAction {}

  /// The rollout has ended.
  record None() implements NextAction {}
}
