package dev.gori.tsdb;

import dev.gori.kernel.label.Labels;
import dev.gori.kernel.sample.FloatHistogram;
import java.util.List;

/// Samples in order of time, made into chunks anew.
final class ChunkRewriter implements SampleSink {

  private final MemSeries series = new MemSeries(0, Labels.EMPTY);
  private final long range;

  /// Over any time.
  ChunkRewriter() {
    this(Long.MAX_VALUE);
  }

  /// @param range chunks do not cross multiples of it
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

  /// How many floats are in a chunk that still grows; 0 when it holds none, or histograms.
  int floats() {
    return series.headChunkFloats();
  }

  List<Chunk> chunks() {
    return series.finished(Long.MIN_VALUE, Long.MAX_VALUE);
  }
}
