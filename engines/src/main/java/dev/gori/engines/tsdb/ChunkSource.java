package dev.gori.engines.tsdb;

/// A chunk that may still have to be read from disk.
interface ChunkSource {

    long minTime();

    long maxTime();

    /// @throws DamagedException when the bytes on disk are not what was written
    Chunk load();

    /// Gives the samples within the bounds, both included, to a sink.
    ///
    /// @param afterGap whether the samples before may be missing, so that what the first histogram says about its predecessor is not known
    /// @throws DamagedException when the bytes on disk are not what was written
    default void read(long from, long to, boolean afterGap, SampleSink sink) {
        load().read(from, to, afterGap, sink);
    }

    default boolean overlaps(long from, long to) {
        return minTime() <= to && maxTime() >= from;
    }
}
