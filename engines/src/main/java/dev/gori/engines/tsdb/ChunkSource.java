package dev.gori.engines.tsdb;

/// A chunk that may still have to be read from disk.
interface ChunkSource {

    long minTime();

    long maxTime();

    /// @throws DamagedException when the bytes on disk are not what was written
    Chunk load();

    default boolean overlaps(long from, long to) {
        return minTime() <= to && maxTime() >= from;
    }
}
