package dev.gori.pipelines.dag;

import java.time.Duration;

/// How a task waits for something outside: it looks, and between looks holds no thread.
///
/// @param pokeInterval from one look to the next
/// @param timeout from the first look until it gives up, without retries
/// @param softFail gives up as `skipped` instead of `failed`
public record SensorPolicy(Duration pokeInterval, Duration timeout, boolean softFail) {

  public static final SensorPolicy DEFAULTS =
      new SensorPolicy(Duration.ofSeconds(5), Duration.ofHours(1), false);

  public SensorPolicy {
    if (pokeInterval.isNegative()
        || pokeInterval.isZero()
        || timeout.isNegative()
        || timeout.isZero()) {
      throw new IllegalArgumentException(
          "sensor: poke_interval %s, timeout %s (expected: both over 0)"
              .formatted(pokeInterval, timeout));
    }
  }
}
