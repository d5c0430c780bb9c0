package dev.gori.delivery.rollout;

import java.time.Duration;

/// How long delivery observes a new version, and how often it retries a step.
///
/// @param window the minimum time of traffic on the new version before it can succeed
/// @param settle the time from the traffic shift to the first measurement, so that rates have
///   samples of the new version only
/// @param interval between measurements
/// @param leastGood the minimum number of good rounds for a success, whatever the window
/// @param missesBeforeAlert the number of consecutive rounds without a verdict that raises a
///   critical alert
/// @param longestHold the maximum time from the traffic shift to a verdict; after it a person
///   decides
/// @param attempts the maximum attempts of a step while the other role is unreachable; delivery
///   retries the steps of a rollback without limit
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
