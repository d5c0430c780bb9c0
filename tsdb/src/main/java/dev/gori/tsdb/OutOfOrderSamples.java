package dev.gori.tsdb;

import dev.gori.kernel.sample.FloatHistogram;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Samples of one series that came out of order. They overlap in time with what came in order.
/// Guarded by the head's lock.
final class OutOfOrderSamples {

  /// Counted up when blocks begin to be written: what comes while one is written is not in it.
  final int epoch;

  private final List<Chunk> chunks = new ArrayList<>(1);
  private SampleColumns buffer = new SampleColumns(8); // in order of time

  OutOfOrderSamples(int epoch) {
    this.epoch = epoch;
  }

  /// Takes a sample at a time that has none here yet.
  void add(long millis, double value, @Nullable FloatHistogram histogram, long start) {
    buffer.insert(millis, value, histogram, start);
    if (buffer.size() >= MemSeries.CHUNK_SAMPLES) {
      chunks.addAll(buffered());
      buffer = new SampleColumns(8);
    }
  }

  /// Gives the sample at a time, if there is one.
  void sampleAt(long millis, SampleSink found) {
    int place = buffer.indexOf(millis);
    if (place >= 0) {
      buffer.copy(place, found);
    }
    for (var chunk : chunks) {
      if (chunk.overlaps(millis, millis)) {
        chunk.read(millis, millis, true, found);
      }
    }
  }

  private List<Chunk> buffered() {
    var recoded = new ChunkRewriter();
    for (int i = 0; i < buffer.size(); i++) {
      buffer.copy(i, recoded);
    }
    return recoded.chunks();
  }

  /// The chunks that overlap the bounds.
  List<Chunk> chunks(long from, long to) {
    var found = new ArrayList<Chunk>();
    for (var chunk : chunks) {
      if (chunk.overlaps(from, to)) {
        found.add(chunk);
      }
    }
    if (buffer.size() > 0 && buffer.millis(0) <= to && buffer.millis(buffer.size() - 1) >= from) {
      found.addAll(buffered());
    }
    return found;
  }

  /// Forgets the samples of a time, both ends included.
  void delete(long from, long to) {
    var all = chunks(Long.MIN_VALUE, Long.MAX_VALUE);
    chunks.clear();
    buffer = new SampleColumns(8);
    for (var chunk : all) {
      chunks.addAll(TombstonedChunk.without(chunk, from, to, true));
    }
  }

  boolean isEmpty() {
    return chunks.isEmpty() && buffer.size() == 0;
  }

  long minTime() {
    long least = buffer.size() == 0 ? Long.MAX_VALUE : buffer.millis(0);
    for (var chunk : chunks) {
      least = Math.min(least, chunk.minTime());
    }
    return least;
  }
}
