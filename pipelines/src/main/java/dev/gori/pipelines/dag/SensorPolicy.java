package dev.gori.pipelines.dag;

import java.time.Duration;

/// How a sensor waits for an external condition. It pokes repeatedly and holds no thread between
/// pokes, as in Airflow's `reschedule` mode.
///
/// @param pokeInterval the time between two pokes
/// @param timeout the time from the first poke until the sensor gives up; it is not retried
/// @param softFail whether a sensor that gives up is `skipped` instead of `failed`
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
