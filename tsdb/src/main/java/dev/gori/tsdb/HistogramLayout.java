package dev.gori.tsdb;

import dev.gori.kernel.sample.BucketScheme;
import dev.gori.kernel.sample.Buckets;
import dev.gori.kernel.sample.FloatHistogram;
import java.util.Arrays;

/// The buckets of the histograms of a chunk, from some sample on.
///
/// @param positive bucket indexes, ascending
/// @param negative bucket indexes, ascending
/// @param bounds upper bounds of custom buckets; empty for exponential ones
record HistogramLayout(
    int schema, double zeroThreshold, int[] positive, int[] negative, double[] bounds) {

  /// The default of the Prometheus client libraries.
  private static final double DEFAULT_ZERO_THRESHOLD = 0x1p-128;

  static HistogramLayout of(FloatHistogram h) {
    return new HistogramLayout(
        h.schema(), h.zeroThreshold(), indexes(h.positive()), indexes(h.negative()), h.bounds());
  }

  private static int[] indexes(Buckets side) {
    var indexes = new int[side.size()];
    Arrays.setAll(indexes, side::indexAt);
    return indexes;
  }

  /// Whether both layouts have the same bucket boundaries.
  boolean hasSameBuckets(int otherSchema, double otherThreshold, double[] otherBounds) {
    return schema == otherSchema
        && zeroThreshold == otherThreshold
        && Arrays.equals(bounds, otherBounds);
  }

  /// Whether the layout has every bucket of a histogram.
  boolean holds(FloatHistogram h) {
    return hasSameBuckets(h.schema(), h.zeroThreshold(), h.bounds())
        && holds(positive, h.positive())
        && holds(negative, h.negative());
  }

  private static boolean holds(int[] indexes, Buckets side) {
    int place = 0;
    for (int i = 0; i < side.size(); i++) {
      int wanted = side.indexAt(i);
      while (place < indexes.length && indexes[place] < wanted) {
        place++;
      }
      if (place == indexes.length || indexes[place] != wanted) {
        return false;
      }
    }
    return true;
  }

  /// The union of this layout's buckets and those of a histogram.
  HistogramLayout with(FloatHistogram h) {
    return new HistogramLayout(
        schema,
        zeroThreshold,
        union(positive, indexes(h.positive())),
        union(negative, indexes(h.negative())),
        bounds);
  }

  private static int[] union(int[] one, int[] other) {
    var all = new int[one.length + other.length];
    int n = 0;
    for (int i = 0, j = 0; i < one.length || j < other.length; ) {
      int left = i < one.length ? one[i] : Integer.MAX_VALUE;
      int right = j < other.length ? other[j] : Integer.MAX_VALUE;
      all[n++] = Math.min(left, right);
      i += left <= right ? 1 : 0;
      j += right <= left ? 1 : 0;
    }
    return Arrays.copyOf(all, n);
  }

  /// For each bucket its index in the layout before, positive buckets first; -1 for a new one.
  int[] indexesIn(HistogramLayout before) {
    var oldIndexes = new int[positive.length + negative.length];
    boolean same = hasSameBuckets(before.schema, before.zeroThreshold, before.bounds);
    for (int i = 0; i < positive.length; i++) {
      oldIndexes[i] = same ? indexIn(before.positive, positive[i], 0) : -1;
    }
    for (int i = 0; i < negative.length; i++) {
      oldIndexes[positive.length + i] =
          same ? indexIn(before.negative, negative[i], before.positive.length) : -1;
    }
    return oldIndexes;
  }

  private static int indexIn(int[] indexes, int wanted, int offset) {
    int at = Arrays.binarySearch(indexes, wanted);
    return at < 0 ? -1 : at + offset;
  }

  int buckets() {
    return positive.length + negative.length;
  }

  void write(Bits.Writer bits) {
    bits.write(schema, 8);
    bits.write(zeroThreshold == 0 ? 0 : zeroThreshold == DEFAULT_ZERO_THRESHOLD ? 1 : 2, 2);
    if (zeroThreshold != 0 && zeroThreshold != DEFAULT_ZERO_THRESHOLD) {
      bits.write(Double.doubleToRawLongBits(zeroThreshold), 64);
    }
    if (schema == BucketScheme.CUSTOM) {
      bits.signed(bounds.length);
      for (double bound : bounds) {
        bound(bits, bound);
      }
    }
    indexes(bits, positive);
    indexes(bits, negative);
  }

  /// Writes a bound; most are multiples of 1/1000.
  private static void bound(Bits.Writer bits, double bound) {
    long thousandths = Math.round(bound * 1000);
    if (thousandths / 1000.0 == bound && Math.abs(thousandths) < 1L << 40) {
      bits.write(0, 1);
      bits.signed(thousandths);
    } else {
      bits.write(1, 1);
      bits.write(Double.doubleToRawLongBits(bound), 64);
    }
  }

  private static void indexes(Bits.Writer bits, int[] indexes) {
    bits.signed(indexes.length);
    long expected = 0;
    for (int index : indexes) {
      bits.signed(index - expected);
      expected = index + 1L;
    }
  }

  static HistogramLayout read(Bits.Reader bits) {
    int schema = (byte) bits.read(8);
    if (schema != BucketScheme.CUSTOM && !BucketScheme.isExponential(schema)) {
      throw new CorruptionException(
          "chunk: histogram schema %d (expected: -4 to 8, or -53)".formatted(schema));
    }
    double threshold =
        switch ((int) bits.read(2)) {
          case 0 -> 0;
          case 1 -> DEFAULT_ZERO_THRESHOLD;
          default -> Double.longBitsToDouble(bits.read(64));
        };
    var bounds = new double[schema == BucketScheme.CUSTOM ? length(bits) : 0];
    for (int i = 0; i < bounds.length; i++) {
      bounds[i] = bits.bit() ? Double.longBitsToDouble(bits.read(64)) : bits.signed() / 1000.0;
    }
    return new HistogramLayout(schema, threshold, readIndexes(bits), readIndexes(bits), bounds);
  }

  private static int length(Bits.Reader bits) {
    long length = bits.signed();
    if (length < 0 || length > bits.bitsLeft()) {
      throw new CorruptionException(
          "chunk: %d buckets in %d bits".formatted(length, bits.bitsLeft()));
    }
    return (int) length;
  }

  private static int[] readIndexes(Bits.Reader bits) {
    var indexes = new int[length(bits)];
    long expected = 0;
    for (int i = 0; i < indexes.length; i++) {
      long index = expected + bits.signed();
      if (index != (int) index || (i > 0 && index < expected)) {
        throw new CorruptionException(
            "chunk: bucket index %d after %d".formatted(index, expected - 1));
      }
      indexes[i] = (int) index;
      expected = index + 1;
    }
    return indexes;
  }
}
