package dev.gori.tsdb;

import dev.gori.kernel.label.Labels;
import dev.gori.kernel.sample.FloatHistogram;
import dev.gori.kernel.sample.SampleSink;
import java.util.List;

/// Encodes sorted samples into new chunks.
final class ChunkRewriter implements SampleSink {

  private final MemSeries series = new MemSeries(0, Labels.EMPTY);
  private final long range;

  /// Without limits on the time range of a chunk.
  ChunkRewriter() {
    this(Long.MAX_VALUE);
  }

  /// @param range chunks do not cross multiples of it, in milliseconds
  ChunkRewriter(long range) {
    this.range = range;
  }

  @Override
  public void add(long millis, double value) {
    series.add(millis, value, 0, range);
  }

  @Override
  public void add(long millis, FloatHistogram histogram) {
    series.add(millis, histogram, 0, range);
  }

  @Override
  public void startedAt(long millis) {
    series.startedAt(millis);
  }

  /// Number of floats in the open chunk; 0 if there is none or if it holds histograms.
  int floats() {
    return series.headChunkFloats();
  }

  List<Chunk> chunks() {
    return series.finished(Long.MIN_VALUE, Long.MAX_VALUE);
  }
}
