package dev.gori.tsdb;

import org.jspecify.annotations.Nullable;

/// The chunk that a series appends to. It extends its bit writer, because every series has one: one
/// object less per series saves memory and cache misses.
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

  /// Sets the start timestamp of the sample added last; 0 if unknown.
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

  /// A readable view of the samples so far, over the shared bytes.
  final Chunk snapshot() {
    return new Chunk(
        encoding(), minTime, time, count, sharedBytes(), starts == null ? null : starts.copy());
  }

  /// The samples so far in the smallest encoding, to be stored.
  final Chunk finished() {
    return new Chunk(
            encoding(), minTime, time, count, toBytes(), starts == null ? null : starts.copy())
        .smallest();
  }
}
