package dev.gori.tsdb;

import dev.gori.kernel.sample.BucketScheme;
import dev.gori.kernel.sample.Buckets;
import dev.gori.kernel.sample.FloatHistogram;
import dev.gori.kernel.sample.ResetHint;

/// Encodes and decodes a native histogram in the journal.
final class JournalHistogram {

  private static final int INTEGER = 1;

  private JournalHistogram() {}

  static void write(ByteWriter out, FloatHistogram h) {
    boolean whole = HistogramChunk.isInteger(h);
    out.u8(h.hint().code() << 1 | (whole ? INTEGER : 0))
        .u8(h.schema())
        .u64(Double.doubleToRawLongBits(h.sum()));
    count(out, whole, h.count());
    if (h.isCustom()) {
      out.number(h.bounds().length);
      for (double bound : h.bounds()) {
        out.u64(Double.doubleToRawLongBits(bound));
      }
    } else {
      out.u64(Double.doubleToRawLongBits(h.zeroThreshold()));
      count(out, whole, h.zeroCount());
      side(out, whole, h.negative());
    }
    side(out, whole, h.positive());
  }

  private static void side(ByteWriter out, boolean whole, Buckets side) {
    out.number(side.size());
    int expected = 0;
    for (int i = 0; i < side.size(); i++) {
      out.signed((long) side.indexAt(i) - expected);
      expected = side.indexAt(i) + 1;
      count(out, whole, side.countAt(i));
    }
  }

  private static void count(ByteWriter out, boolean whole, double count) {
    if (whole) {
      out.signed((long) count);
    } else {
      out.u64(Double.doubleToRawLongBits(count));
    }
  }

  static FloatHistogram read(ByteReader in) {
    int flags = in.u8();
    boolean whole = (flags & INTEGER) != 0;
    var hint = ResetHint.of(flags >> 1 & 3);
    int schema = (byte) in.u8();
    if (schema != BucketScheme.CUSTOM && !BucketScheme.isExponential(schema)) {
      throw new CorruptionException(
          "histogram schema %d (expected: -4 to 8, or -53)".formatted(schema));
    }
    double sum = Double.longBitsToDouble(in.u64());
    double count = count(in, whole);
    if (schema == BucketScheme.CUSTOM) {
      var bounds = new double[in.countOf(8)];
      for (int i = 0; i < bounds.length; i++) {
        bounds[i] = Double.longBitsToDouble(in.u64());
      }
      return new FloatHistogram(
          hint, schema, 0, 0, count, sum, side(in, whole), Buckets.NONE, bounds);
    }
    double threshold = Double.longBitsToDouble(in.u64());
    double zeroCount = count(in, whole);
    var negative = side(in, whole);
    return new FloatHistogram(
        hint, schema, threshold, zeroCount, count, sum, side(in, whole), negative, new double[0]);
  }

  private static Buckets side(ByteReader in, boolean whole) {
    var indexes = new int[in.countOf(2)];
    var counts = new double[indexes.length];
    int expected = 0;
    for (int i = 0; i < indexes.length; i++) {
      indexes[i] = expected + (int) in.signed();
      if (i > 0 && indexes[i] < expected) {
        throw new CorruptionException(
            "bucket index %d after %d (expected: ascending)".formatted(indexes[i], expected - 1));
      }
      expected = indexes[i] + 1;
      counts[i] = count(in, whole);
    }
    return Buckets.over(indexes, counts);
  }

  private static double count(ByteReader in, boolean whole) {
    return whole ? in.signed() : Double.longBitsToDouble(in.u64());
  }
}
