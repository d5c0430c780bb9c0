package dev.gori.tsdb;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The start timestamps of a chunk's samples, run-length encoded. Most chunks have one or none.
///
/// Append-only: what a reader has seen does not change.
final class StartTimestamps {

  private int[] from = new int[1];
  private long[] start = new long[1];
  private int size;

  /// Adds a sample; stays null while no start timestamp is known.
  static @Nullable StartTimestamps with(@Nullable StartTimestamps runs, int sample, long start) {
    if (runs == null) {
      if (start == 0) {
        return null;
      }
      var first = new StartTimestamps();
      first.add(sample, start);
      return first;
    }
    if (runs.from[runs.size - 1] == sample) {
      runs.size--; // overwrites the start timestamp of the same sample
    }
    if (runs.size == 0 || runs.start[runs.size - 1] != start) {
      runs.add(sample, start);
    }
    return runs;
  }

  private void add(int sample, long began) {
    if (size == from.length) {
      from = Arrays.copyOf(from, size * 2);
      start = Arrays.copyOf(start, size * 2);
    }
    from[size] = sample;
    start[size++] = began;
  }

  StartTimestamps copy() {
    var copy = new StartTimestamps();
    copy.from = Arrays.copyOf(from, size);
    copy.start = Arrays.copyOf(start, size);
    copy.size = size;
    return copy;
  }

  /// The start timestamp of a sample, or 0.
  long at(int sample) {
    int run = Arrays.binarySearch(from, 0, size, sample);
    int index = run >= 0 ? run : -run - 2;
    return index < 0 ? 0 : start[index];
  }

  void write(ByteWriter out) {
    out.number(size);
    for (int i = 0; i < size; i++) {
      out.number(from[i]).signed(start[i]);
    }
  }

  static StartTimestamps read(ByteReader in) {
    var runs = new StartTimestamps();
    for (int left = in.count(); left > 0; left--) {
      runs.add(in.count(), in.signed());
    }
    return runs;
  }
}
