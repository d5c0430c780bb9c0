package dev.gori.tsdb;

import org.jspecify.annotations.Nullable;

/// A chunk that still grows. It is the writer of its bits rather than having one: every series has
/// a chunk, and every sample goes to the next one's, so each object less is memory and time.
abstract sealed class HeadChunk extends Bits.Writer permits XorChunk, HistogramChunk {

  private int count;
  private long minTime;
  private long time;
  private long delta;
  private @Nullable StartTimestamps starts;

  HeadChunk(int capacity) {
    super(capacity);
  }

  abstract Chunk.Encoding encoding();

  abstract boolean isFull();

  final void addTime(long millis) {
    if (count == 0) {
      minTime = millis;
      signed(millis);
    } else {
      long nextDelta = millis - time;
      signed(nextDelta - delta);
      delta = nextDelta;
    }
    time = millis;
    count++;
  }

  /// When the counter of the sample added last began; 0 where it is not known.
  final void startedAt(long start) {
    starts = StartTimestamps.with(starts, count - 1, start);
  }

  final int count() {
    return count;
  }

  final long minTime() {
    return minTime;
  }

  final long maxTime() {
    return time;
  }

  /// What it holds now, over the bytes that it goes on writing to: for readers.
  final Chunk snapshot() {
    return new Chunk(
        encoding(), minTime, time, count, sharedBytes(), starts == null ? null : starts.copy());
  }

  /// What it holds now, in the fewest bytes: for keeping.
  final Chunk finished() {
    return new Chunk(
            encoding(), minTime, time, count, toBytes(), starts == null ? null : starts.copy())
        .smallest();
  }
}
