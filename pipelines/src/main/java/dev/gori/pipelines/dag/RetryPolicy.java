package dev.gori.pipelines.dag;

import java.time.Duration;
import java.util.SplittableRandom;

/// How often and after what delay a failed task is retried.
///
/// @param retries the number of retries after the first attempt
/// @param delay before the first retry
/// @param factor by which the delay grows with each retry; 1 keeps it constant
/// @param longest the maximum delay
/// @param jitter the share of the delay, 0 to 1, by which a random shift may lengthen or shorten it
public record RetryPolicy(
    int retries, Duration delay, double factor, Duration longest, double jitter) {

  /// No retry.
  public static final RetryPolicy NONE =
      new RetryPolicy(0, Duration.ofSeconds(30), 2, Duration.ofHours(1), 0.1);

  public RetryPolicy {
    if (retries < 0
        || delay.isNegative()
        || longest.isNegative()
        || !(factor >= 1)
        || !(jitter >= 0 && jitter <= 1)) {
      throw new IllegalArgumentException(
          "retries %d, delay %s, factor %s, longest %s, jitter %s (expected: none below 0, factor 1 or more, jitter 0 to 1)"
              .formatted(retries, delay, factor, longest, jitter));
    }
  }

  /// The delay after a failure.
  ///
  /// @param failures the number of failed attempts so far, 1 or more
  /// @param seed the same seed gives the same jitter, so that a restart does not change the time of
  ///   a retry
  public Duration after(int failures, long seed) {
    double millis =
        Math.min(delay.toMillis() * Math.pow(factor, failures - 1.0), longest.toMillis());
    double shift = jitter * (2 * new SplittableRandom(seed * 31 + failures).nextDouble() - 1);
    return Duration.ofMillis(Math.round(Math.min(millis * (1 + shift), longest.toMillis())));
  }
}
