package dev.gori.delivery.rollout;

import java.time.Instant;

/// What happened to a rollout.
public sealed interface Event {

  /// Its turn has come.
  record Begun() implements Event {}

  record Done(Step step, Instant at) implements Event {}

  /// The other side said no; trying again will not help.
  record Refused(Step step, String why, Instant at) implements Event {}

  /// The other side could not be reached; trying again may help.
  record Away(Step step, String why, Instant at) implements Event {}

  /// A round of readings was judged.
  record Judged(Verdict verdict, Instant at) implements Event {}

  /// A person wants it to go back.
  record CalledOff(String why, Instant at) implements Event {}
}
