package dev.gori.tsdb;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Encodes and decodes the counts of histograms by column: count, zero count, then the buckets of a
/// layout.
abstract sealed class HistogramCounts permits HistogramCounts.Integers, HistogramCounts.Floats {

  static HistogramCounts of(boolean whole) {
    return whole ? new Integers() : new Floats();
  }

  abstract boolean isInteger();

  /// Changes the layout. Buckets of both layouts keep their state.
  final void changeLayout(@Nullable HistogramLayout before, HistogramLayout next) {
    var oldColumns = new int[2 + next.buckets()];
    oldColumns[0] = before == null ? -1 : 0;
    oldColumns[1] = before == null ? -1 : 1;
    if (before == null) {
      Arrays.fill(oldColumns, -1);
    } else {
      var buckets = next.indexesIn(before);
      for (int i = 0; i < buckets.length; i++) {
        oldColumns[2 + i] = buckets[i] < 0 ? -1 : 2 + buckets[i];
      }
    }
    changeLayout(oldColumns);
  }

  abstract void changeLayout(int[] oldIndexes);

  abstract void write(Bits.Writer bits, double value, int column);

  abstract double read(Bits.Reader bits, int column);

  /// Ends a histogram.
  abstract void endHistogram();

  /// Integers as deltas of deltas. The first value of a new column does not count as a delta.
  static final class Integers extends HistogramCounts {
    private long[] values = new long[0];
    private long[] deltas = new long[0];
    private boolean[] fresh = new boolean[0];
    private boolean anyFresh;

    @Override
    boolean isInteger() {
      return true;
    }

    @Override
    void changeLayout(int[] oldIndexes) {
      var oldValues = values;
      var oldDeltas = deltas;
      values = new long[oldIndexes.length];
      deltas = new long[oldIndexes.length];
      fresh = new boolean[oldIndexes.length];
      for (int i = 0; i < oldIndexes.length; i++) {
        int old = oldIndexes[i];
        if (old >= 0) {
          values[i] = oldValues[old];
          deltas[i] = oldDeltas[old];
        } else {
          fresh[i] = true;
          anyFresh = true;
        }
      }
    }

    @Override
    void write(Bits.Writer bits, double value, int column) {
      long whole = (long) value;
      long delta = whole - values[column];
      bits.signed(delta - deltas[column]);
      deltas[column] = delta;
      values[column] = whole;
    }

    @Override
    double read(Bits.Reader bits, int column) {
      deltas[column] += bits.signed();
      values[column] += deltas[column];
      return values[column];
    }

    @Override
    void endHistogram() {
      if (anyFresh) {
        for (int i = 0; i < fresh.length; i++) {
          if (fresh[i]) {
            deltas[i] = 0;
            fresh[i] = false;
          }
        }
        anyFresh = false;
      }
    }
  }

  static final class Floats extends HistogramCounts {
    private final XorValues values = new XorValues(0);

    @Override
    boolean isInteger() {
      return false;
    }

    @Override
    void changeLayout(int[] oldIndexes) {
      values.reorder(oldIndexes);
    }

    @Override
    void write(Bits.Writer bits, double value, int column) {
      values.write(bits, column, value, false);
    }

    @Override
    double read(Bits.Reader bits, int column) {
      return values.read(bits, column, false);
    }

    @Override
    void endHistogram() {}
  }
}
