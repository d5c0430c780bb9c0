package dev.gori.delivery.rollout;

import java.time.Instant;

/// What happened to a rollout.
public sealed interface RolloutEvent {

  /// Its turn has come.
  record Started() implements RolloutEvent {}

  record Done(RolloutStep step, Instant at) implements RolloutEvent {}

  /// The other side said no; trying again will not help.
  record Refused(RolloutStep step, String why, Instant at) implements RolloutEvent {}

  /// The other side could not be reached; trying again may help.
  record Unreachable(RolloutStep step, String why, Instant at) implements RolloutEvent {}

  /// A round of readings was judged.
  record Judged(Verdict verdict, Instant at) implements RolloutEvent {}

  /// A person wants it to go back.
  record RollbackRequested(String why, Instant at) implements RolloutEvent {}
}
