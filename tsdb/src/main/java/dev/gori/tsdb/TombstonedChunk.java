package dev.gori.tsdb;

import dev.gori.kernel.sample.FloatHistogram;
import dev.gori.kernel.sample.ResetHint;
import dev.gori.kernel.sample.SampleSink;
import java.util.List;

/// A chunk with deleted samples.
///
/// @param deleted disjoint ascending time ranges as pairs, both ends inclusive
record TombstonedChunk(ChunkSource whole, long[] deleted) implements ChunkSource {

  /// What remains of a chunk without the samples of a time range.
  ///
  /// @param afterGap whether samples before may be missing
  static List<Chunk> without(Chunk chunk, long from, long to, boolean afterGap) {
    if (!chunk.overlaps(from, to)) {
      return List.of(chunk);
    }
    return new TombstonedChunk(chunk, new long[] {from, to}).toChunks(afterGap);
  }

  @Override
  public long minTime() {
    return whole.minTime();
  }

  @Override
  public long maxTime() {
    return whole.maxTime();
  }

  @Override
  public void read(long from, long to, boolean afterGap, SampleSink sink) {
    whole.read(from, to, afterGap, new Filter(deleted, sink));
  }

  @Override
  public List<Chunk> toChunks(boolean afterGap) {
    if (deleted.length == 2 && deleted[0] <= minTime() && deleted[1] >= maxTime()) {
      return List.of();
    }
    var left = new ChunkRewriter();
    read(Long.MIN_VALUE, Long.MAX_VALUE, afterGap, left);
    return left.chunks();
  }

  private static final class Filter implements SampleSink {
    private final long[] deleted;
    private final SampleSink sink;
    private int next;
    private boolean gap;
    private boolean dropped;

    Filter(long[] deleted, SampleSink sink) {
      this.deleted = deleted;
      this.sink = sink;
    }

    private boolean isDeleted(long millis) {
      while (next < deleted.length && deleted[next + 1] < millis) {
        next += 2;
      }
      dropped = next < deleted.length && deleted[next] <= millis;
      gap |= dropped;
      return dropped;
    }

    @Override
    public void add(long millis, double value) {
      if (!isDeleted(millis)) {
        sink.add(millis, value);
        gap = false;
      }
    }

    @Override
    public void add(long millis, FloatHistogram histogram) {
      if (!isDeleted(millis)) {
        boolean unsure = gap && histogram.hint() == ResetHint.NOT_RESET;
        sink.add(millis, unsure ? histogram.withHint(ResetHint.UNKNOWN) : histogram);
        gap = false;
      }
    }

    @Override
    public void startedAt(long millis) {
      if (!dropped) {
        sink.startedAt(millis);
      }
    }
  }
}
