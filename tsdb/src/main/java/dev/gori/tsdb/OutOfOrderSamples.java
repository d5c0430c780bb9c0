package dev.gori.tsdb;

import dev.gori.kernel.sample.FloatHistogram;
import dev.gori.kernel.sample.SampleBuffer;
import dev.gori.kernel.sample.SampleSink;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Out-of-order samples of one series, which overlap the in-order ones. Guarded by the head's lock.
final class OutOfOrderSamples {

  /// The head's epoch at creation: blocks do not contain samples of the epoch that began when they
  /// were written.
  final int epoch;

  private final List<Chunk> chunks = new ArrayList<>(1);
  private SampleBuffer buffer = new SampleBuffer(8); // sorted by timestamp

  OutOfOrderSamples(int epoch) {
    this.epoch = epoch;
  }

  /// Adds a sample at a timestamp that has none here.
  void add(long millis, double value, @Nullable FloatHistogram histogram, long start) {
    buffer.insert(millis, value, histogram, start);
    if (buffer.size() >= MemSeries.CHUNK_SAMPLES) {
      chunks.addAll(buffered());
      buffer = new SampleBuffer(8);
    }
  }

  /// Passes on the sample at a timestamp, if any.
  void sampleAt(long millis, SampleSink found) {
    int index = buffer.indexOf(millis);
    if (index >= 0) {
      buffer.addTo(found, index);
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
      buffer.addTo(recoded, i);
    }
    return recoded.chunks();
  }

  /// The chunks that overlap a time range.
  List<Chunk> chunks(long from, long to) {
    var found = new ArrayList<Chunk>();
    for (var chunk : chunks) {
      if (chunk.overlaps(from, to)) {
        found.add(chunk);
      }
    }
    if (buffer.size() > 0
        && buffer.millisAt(0) <= to
        && buffer.millisAt(buffer.size() - 1) >= from) {
      found.addAll(buffered());
    }
    return found;
  }

  /// Deletes the samples of a time range, both ends inclusive.
  void delete(long from, long to) {
    var all = chunks(Long.MIN_VALUE, Long.MAX_VALUE);
    chunks.clear();
    buffer = new SampleBuffer(8);
    for (var chunk : all) {
      chunks.addAll(TombstonedChunk.without(chunk, from, to, true));
    }
  }

  boolean isEmpty() {
    return chunks.isEmpty() && buffer.size() == 0;
  }

  long minTime() {
    long least = buffer.size() == 0 ? Long.MAX_VALUE : buffer.millisAt(0);
    for (var chunk : chunks) {
      least = Math.min(least, chunk.minTime());
    }
    return least;
  }
}
