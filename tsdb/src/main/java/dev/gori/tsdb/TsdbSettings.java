package dev.gori.tsdb;

import dev.gori.kernel.id.Bytes;
import java.time.Duration;

/// What a store keeps and how much it takes on.
///
/// @param blockRange the time that a first block covers; the head keeps one and a half of it
/// @param retention how long samples are kept, counted back from the newest one
/// @param size the most bytes of all blocks; the oldest go first. Zero for no such limit
/// @param maxSeries series that may be in the head at the same time, or fewer where a third of the
///   heap has no room for them; further new ones are refused, those known go on
/// @param exemplars the most exemplars that are kept, of all series together; the oldest goes
///   first. Zero for none
/// @param outOfOrder how much older than the newest sample of all a sample may be and still be
///   taken out of order. Zero for not at all
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

  /// With the defaults for exemplars and what is out of order.
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
