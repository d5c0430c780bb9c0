package dev.gori.engines.tsdb;

import dev.gori.kernel.id.Bytes;
import java.time.Duration;

/// What a store keeps and how much it takes on.
///
/// @param blockRange the time that a first block covers; the head keeps one and a half of it
/// @param retention how long samples are kept, counted back from the newest one
/// @param size the most bytes of all blocks; the oldest go first. Zero for no such limit
/// @param maxSeries series that may be in the head at the same time; further new ones are refused, those known go on
public record TsdbSettings(Duration blockRange, Duration retention, Bytes size, int maxSeries) {

    public static final TsdbSettings DEFAULTS = new TsdbSettings(Duration.ofHours(2), Duration.ofDays(15), new Bytes(0), 500_000);

    public TsdbSettings {
        if (blockRange.toMillis() < 1_000 || retention.compareTo(blockRange) < 0 || maxSeries < 1) {
            throw new IllegalArgumentException(
                    "tsdb: block range %s, retention %s, max series %d (expected: at least 1s, at least one block range, at least 1)"
                            .formatted(blockRange, retention, maxSeries));
        }
    }

    long rangeMillis() {
        return blockRange.toMillis();
    }
}
