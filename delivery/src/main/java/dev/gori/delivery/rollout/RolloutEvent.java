package dev.gori.delivery.rollout;

import java.time.Instant;

/// The inputs of a rollout's state machine.
public sealed interface RolloutEvent {

  /// The earlier rollouts of the variant have ended.
  record Started() implements RolloutEvent {}

  record Done(RolloutStep step, Instant at) implements RolloutEvent {}

  /// The other role rejected the step; a retry will not help.
  record Refused(RolloutStep step, String why, Instant at) implements RolloutEvent {}

  /// The other role is unreachable; a retry may help.
  record Unreachable(RolloutStep step, String why, Instant at) implements RolloutEvent {}

  /// The judge gave its verdict on a round of measurements.
  record Judged(Verdict verdict, Instant at) implements RolloutEvent {}

  /// A person requested a rollback, or the version is blocked.
  record RollbackRequested(String why, Instant at) implements RolloutEvent {}
}
