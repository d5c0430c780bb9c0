package dev.gori.tsdb;

import java.util.List;

/// A chunk that may still have to be read from disk.
interface ChunkSource {

  long minTime();

  long maxTime();

  /// Gives the samples within the bounds, both included, to a sink.
  ///
  /// @param afterGap whether the samples before may be missing, so that what the first histogram
  ///   says about its predecessor is not known
  /// @throws DamagedException when the bytes on disk are not what was written
  void read(long from, long to, boolean afterGap, SampleSink sink);

  /// The chunks that hold what is to be stored of it: itself, or what is left of it.
  ///
  /// @throws DamagedException when the bytes on disk are not what was written
  List<Chunk> toChunks(boolean afterGap);

  default boolean overlaps(long from, long to) {
    return minTime() <= to && maxTime() >= from;
  }
}
