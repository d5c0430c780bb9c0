package dev.gori.kernel.sample;

import java.util.Arrays;
import java.util.function.DoubleBinaryOperator;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/// One side of a native histogram: bucket indexes in ascending order with their counts. Empty
/// buckets are not stored.
///
/// Counts are not cumulative. Immutable.
public final class Buckets {

  public static final Buckets NONE = new Buckets(new int[0], new double[0], 0);

  private final int[] indexes;
  private final double[] counts;
  private final int size;

  private Buckets(int[] indexes, double[] counts, int size) {
    this.indexes = indexes;
    this.counts = counts;
    this.size = size;
  }

  /// @param indexes in strictly ascending order; not copied
  /// @param counts one for each index; zeros are removed
  public static Buckets of(int[] indexes, double[] counts) {
    if (indexes.length != counts.length) {
      throw new IllegalArgumentException(
          "buckets: %d indexes and %d counts (expected: as many of both)"
              .formatted(indexes.length, counts.length));
    }
    for (int i = 1; i < indexes.length; i++) {
      if (indexes[i] <= indexes[i - 1]) {
        throw new IllegalArgumentException(
            "buckets: index %d after %d (expected: rising)".formatted(indexes[i], indexes[i - 1]));
      }
    }
    return compact(indexes.clone(), counts.clone(), indexes.length);
  }

  /// Consecutive buckets, the first one at the index.
  public static Buckets from(int first, double... counts) {
    var indexes = new int[counts.length];
    Arrays.setAll(indexes, i -> first + i);
    return compact(indexes, counts.clone(), counts.length);
  }

  /// Buckets given by spans as in the protocols: each span is a gap after the one before and a run
  /// of buckets.
  ///
  /// @param offsets the first one is the index of the first bucket, the others are gaps of 0 or
  ///   more
  /// @param lengths how many buckets each span has
  /// @param counts of all spans' buckets, in order
  /// @throws IllegalArgumentException when the lengths do not match
  public static Buckets ofSpans(int[] offsets, int[] lengths, double[] counts) {
    var indexes = new int[counts.length];
    int n = 0;
    long index = 0;
    for (int i = 0; i < offsets.length; i++) {
      if (lengths[i] < 0 || (i > 0 && offsets[i] < 0) || n + (long) lengths[i] > counts.length) {
        throw new IllegalArgumentException(
            "buckets: span %d with offset %d and %d buckets, %d counts in all (expected: a gap of 0 or more, and as many counts as buckets)"
                .formatted(i + 1, offsets[i], lengths[i], counts.length));
      }
      index += offsets[i];
      for (int left = lengths[i]; left > 0; left--) {
        indexes[n++] = Math.toIntExact(index++);
      }
    }
    if (n != counts.length) {
      throw new IllegalArgumentException(
          "buckets: %d in spans and %d counts (expected: as many of both)"
              .formatted(n, counts.length));
    }
    return compact(indexes, counts.clone(), n);
  }

  /// Spans with delta-encoded counts: integer histograms in the protocols.
  ///
  /// @throws IllegalArgumentException when the lengths do not match
  public static Buckets ofSpans(int[] offsets, int[] lengths, long[] differences) {
    var counts = new double[differences.length];
    long count = 0;
    for (int i = 0; i < counts.length; i++) {
      count += differences[i];
      counts[i] = count;
    }
    return ofSpans(offsets, lengths, counts);
  }

  /// Buckets over arrays that are not modified afterwards; for stores that read many histograms
  /// with the same indexes.
  ///
  /// @param indexes in strictly ascending order, may be shared between histograms
  /// @param counts one for each index, not copied; zeros are removed
  public static Buckets over(int[] indexes, double[] counts) {
    for (double count : counts) {
      if (count == 0) {
        return compact(indexes.clone(), counts, counts.length);
      }
    }
    return counts.length == 0 ? NONE : new Buckets(indexes, counts, counts.length);
  }

  private static Buckets compact(int[] indexes, double[] counts, int size) {
    int n = 0;
    for (int i = 0; i < size; i++) {
      if (counts[i] != 0) {
        indexes[n] = indexes[i];
        counts[n++] = counts[i];
      }
    }
    return n == 0 ? NONE : new Buckets(indexes, counts, n);
  }

  public int size() {
    return size;
  }

  public boolean isEmpty() {
    return size == 0;
  }

  /// The index of the bucket at a position from 0 to {@link #size} - 1.
  public int indexAt(int place) {
    return indexes[place];
  }

  public double countAt(int place) {
    return counts[place];
  }

  /// The count of the bucket with an index; 0 when it is absent.
  public double countOf(int index) {
    int place = Arrays.binarySearch(indexes, 0, size, index);
    return place < 0 ? 0 : counts[place];
  }

  public double total() {
    double total = 0;
    for (int i = 0; i < size; i++) {
      total += counts[i];
    }
    return total;
  }

  Buckets scaled(double factor) {
    var scaled = new double[size];
    for (int i = 0; i < size; i++) {
      scaled[i] = counts[i] * factor;
    }
    return compact(Arrays.copyOf(indexes, size), scaled, size);
  }

  Buckets divided(double divisor) {
    var divided = new double[size];
    for (int i = 0; i < size; i++) {
      divided[i] = counts[i] / divisor;
    }
    return compact(Arrays.copyOf(indexes, size), divided, size);
  }

  /// Buckets with other indexes; buckets of the same new index are merged. The mapping must be
  /// monotonic.
  Buckets moved(IntUnaryOperator newIndex) {
    var to = new int[size];
    var sums = new double[size];
    int n = 0;
    for (int i = 0; i < size; i++) {
      int index = newIndex.applyAsInt(indexes[i]);
      if (n > 0 && to[n - 1] == index) {
        sums[n - 1] += counts[i];
      } else {
        to[n] = index;
        sums[n++] = counts[i];
      }
    }
    return compact(to, sums, n);
  }

  /// The buckets from an index on.
  Buckets startingAt(int index) {
    int place = Arrays.binarySearch(indexes, 0, size, index);
    int from = place < 0 ? -place - 1 : place;
    return from == 0
        ? this
        : compact(
            Arrays.copyOfRange(indexes, from, size),
            Arrays.copyOfRange(counts, from, size),
            size - from);
  }

  /// Combines bucket by bucket; absent buckets are 0.
  public Buckets joined(Buckets other, DoubleBinaryOperator join) {
    var to = new int[size + other.size];
    var joined = new double[size + other.size];
    int n = 0;
    for (int i = 0, j = 0; i < size || j < other.size; ) {
      int mine = i < size ? indexes[i] : Integer.MAX_VALUE;
      int theirs = j < other.size ? other.indexes[j] : Integer.MAX_VALUE;
      int index = Math.min(mine, theirs);
      double left = mine == index ? counts[i++] : 0;
      double right = theirs == index ? other.counts[j++] : 0;
      to[n] = index;
      joined[n++] = join.applyAsDouble(left, right);
    }
    return compact(to, joined, n);
  }

  /// Whether a bucket has a smaller count than in the other.
  boolean fellFrom(Buckets other) {
    for (int i = 0; i < other.size; i++) {
      double now = countOf(other.indexes[i]);
      if (now < other.counts[i] || now == 0 && other.counts[i] != 0) {
        return true;
      }
    }
    return false;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Buckets that
        && Arrays.equals(indexes, 0, size, that.indexes, 0, that.size)
        && Arrays.equals(counts, 0, size, that.counts, 0, that.size);
  }

  @Override
  public int hashCode() {
    int hash = size;
    for (int i = 0; i < size; i++) {
      hash = (hash * 31 + indexes[i]) * 31 + Double.hashCode(counts[i]);
    }
    return hash;
  }

  @Override
  public String toString() {
    var text = new StringBuilder("[");
    for (int i = 0; i < size; i++) {
      text.append(i == 0 ? "" : " ").append(indexes[i]).append(':').append(counts[i]);
    }
    return text.append(']').toString();
  }
}
