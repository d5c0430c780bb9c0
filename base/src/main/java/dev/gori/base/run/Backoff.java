package dev.gori.base.run;

import java.time.Duration;
import java.util.random.RandomGenerator;

/// How long to wait before a further attempt: doubling from the first delay up to the longest, each
/// time a random part of it ("full jitter" over the upper half), so that many who failed together
/// do not come back together.
///
/// @param attempts how many attempts there are in all, the first included
public record Backoff(Duration first, Duration longest, int attempts) {

  public Backoff {
    if (first.isNegative() || longest.compareTo(first) < 0 || attempts < 1) {
      throw new IllegalArgumentException(
          "backoff: first %s, longest %s, attempts %d (expected: 0 <= first <= longest, 1 attempt or more)"
              .formatted(first, longest, attempts));
    }
  }

  public boolean hasAnother(int failures) {
    return failures < attempts;
  }

  /// @param failures how many attempts have failed so far, 1 or more
  public Duration delay(int failures, RandomGenerator random) {
    double doubled = first.toMillis() * Math.pow(2, Math.max(0, failures - 1));
    long most = (long) Math.min(doubled, longest.toMillis());
    return Duration.ofMillis(
        most / 2 + (most > 1 ? random.nextLong(most - most / 2 + 1) : most - most / 2));
  }
}
