package dev.gori.delivery.rollout;

import java.time.Duration;

/// How long a new version is watched, and how patient each step is.
///
/// @param window how long traffic is on the new version before it can count as good
/// @param settle how long after the shift the first reading is taken, so that rates have samples of
///   the new version only
/// @param interval between readings
/// @param leastGood how many good readings a success needs, whatever the window
/// @param missesBeforeAlert readings without a verdict in a row that raise a critical alert
/// @param longestHold how long after the shift a rollout waits for a verdict; then a person decides
/// @param attempts how often a step on the way forward is tried while the other side is away; steps
///   on the way back are tried for ever
public record RolloutPolicy(
    Duration window,
    Duration settle,
    Duration interval,
    int leastGood,
    int missesBeforeAlert,
    Duration longestHold,
    int attempts) {

  public static final RolloutPolicy DEFAULTS =
      new RolloutPolicy(
          Duration.ofSeconds(45),
          Duration.ofSeconds(15),
          Duration.ofSeconds(5),
          5,
          3,
          Duration.ofHours(1),
          8);

  public RolloutPolicy {
    if (leastGood < 1
        || missesBeforeAlert < 1
        || attempts < 1
        || interval.isZero()
        || interval.isNegative()) {
      throw new IllegalArgumentException(
          "policy: at least 1 good reading, 1 missing reading, 1 attempt and an interval over 0 are needed");
    }
  }
}
