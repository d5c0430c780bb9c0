package dev.gori.tsdb;

import dev.gori.kernel.sample.SampleSink;
import java.util.List;

/// A chunk in memory or on disk.
interface ChunkSource {

  long minTime();

  long maxTime();

  /// Passes the samples of a time range, both ends inclusive, to a sink.
  ///
  /// @param afterGap whether samples before may be missing, so that the reset hint of the first
  ///   histogram is unknown
  /// @throws CorruptionException if the bytes on disk are damaged
  void read(long from, long to, boolean afterGap, SampleSink sink);

  /// The chunks to store in a new block: this chunk, or what tombstones leave of it.
  ///
  /// @throws CorruptionException if the bytes on disk are damaged
  List<Chunk> toChunks(boolean afterGap);

  default boolean overlaps(long from, long to) {
    return minTime() <= to && maxTime() >= from;
  }
}
