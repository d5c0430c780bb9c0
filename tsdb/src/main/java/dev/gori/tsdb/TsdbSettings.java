package dev.gori.tsdb;

import dev.gori.kernel.id.Bytes;
import java.time.Duration;

/// Settings of a store.
///
/// @param blockRange time range of the first blocks; the head holds 1.5 of it
/// @param retention age at which samples are dropped, counted from the newest one
/// @param size limit on the bytes of all blocks; the oldest are dropped first. Zero for no limit
/// @param maxSeries limit on the series in the head, lowered if a third of the heap has no room for
///   them; new series beyond it are rejected
/// @param exemplars capacity of the exemplar storage, of all series together. Zero for none
/// @param outOfOrder out-of-order window: the maximum age of a sample relative to the newest one.
///   Zero to reject all out-of-order samples
public record TsdbSettings(
    Duration blockRange,
    Duration retention,
    Bytes size,
    int maxSeries,
    int exemplars,
    Duration outOfOrder) {

  public static final TsdbSettings DEFAULTS =
      new TsdbSettings(
          Duration.ofHours(2), Duration.ofDays(15), new Bytes(0), 500_000, 100_000, Duration.ZERO);

  /// With the defaults for exemplars and the out-of-order window.
  public TsdbSettings(Duration blockRange, Duration retention, Bytes size, int maxSeries) {
    this(blockRange, retention, size, maxSeries, 100_000, Duration.ZERO);
  }

  public TsdbSettings {
    if (blockRange.toMillis() < 1_000 || retention.compareTo(blockRange) < 0 || maxSeries < 1) {
      throw new IllegalArgumentException(
          "tsdb: block range %s, retention %s, max series %d (expected: at least 1s, at least one block range, at least 1)"
              .formatted(blockRange, retention, maxSeries));
    }
    if (exemplars < 0 || outOfOrder.isNegative()) {
      throw new IllegalArgumentException(
          "tsdb: %d exemplars, out-of-order window %s (expected: neither negative)"
              .formatted(exemplars, outOfOrder));
    }
  }

  public TsdbSettings withExemplars(int most) {
    return new TsdbSettings(blockRange, retention, size, maxSeries, most, outOfOrder);
  }

  public TsdbSettings withOutOfOrder(Duration window) {
    return new TsdbSettings(blockRange, retention, size, maxSeries, exemplars, window);
  }

  long rangeMillis() {
    return blockRange.toMillis();
  }
}
