package dev.gori.metrics.remote;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import dev.gori.kernel.sample.BucketScheme;
import dev.gori.kernel.sample.Buckets;
import dev.gori.kernel.sample.FloatHistogram;
import dev.gori.kernel.sample.ResetHint;
import dev.gori.kernel.sample.Sample;
import java.io.IOException;
import java.util.Arrays;

/// The `Histogram` message of remote write 1.0 and 2.0 and of remote read: encoder and decoder.
public final class HistogramMessage {

  /// Limit on the buckets of one side.
  private static final int MAX_BUCKETS = 1 << 16;

  /// Integers up to this one are exact as a double.
  private static final double MAX_EXACT = 1L << 53;

  /// The positive or negative buckets.
  private static final class Side {
    private Numbers spans = new Numbers();
    private Numbers deltas = new Numbers();
    private Doubles counts = new Doubles();

    /// @throws IllegalArgumentException if spans and counts do not match
    private Buckets buckets() {
      int size = Math.max(deltas.size, counts.size);
      long wanted = 0;
      for (int i = 1; i < spans.size; i += 2) {
        wanted += spans.values[i];
      }
      if (wanted != size) {
        throw new IllegalArgumentException(
            "spans for %d buckets and %d counts (expected: as many of both)"
                .formatted(wanted, size));
      }
      var indexes = new int[size];
      int n = 0;
      long next = 0;
      for (int i = 0; i < spans.size; i += 2) {
        next += spans.values[i];
        for (long left = spans.values[i + 1]; left > 0; left--) {
          indexes[n++] = Math.toIntExact(next++);
        }
      }
      return Buckets.of(
          indexes, deltas.size > 0 ? summed() : Arrays.copyOf(counts.values, counts.size));
    }

    private double[] summed() {
      var summed = new double[deltas.size];
      long count = 0;
      for (int i = 0; i < summed.length; i++) {
        count += deltas.values[i];
        if (count < 0) {
          throw new IllegalArgumentException(
              "bucket %d with %d observations (expected: 0 or more)".formatted(i, count));
        }
        summed[i] = count;
      }
      return summed;
    }
  }

  private static final class Numbers {
    private long[] values = new long[8];
    private int size;

    private void add(long value) {
      if (size == MAX_BUCKETS * 2) {
        throw new IllegalArgumentException("more than %d numbers in a histogram".formatted(size));
      }
      if (size == values.length) {
        values = Arrays.copyOf(values, size * 2);
      }
      values[size++] = value;
    }
  }

  private static final class Doubles {
    private double[] values = new double[8];
    private int size;

    private void add(double value) {
      if (size == MAX_BUCKETS) {
        throw new IllegalArgumentException("more than %d numbers in a histogram".formatted(size));
      }
      if (size == values.length) {
        values = Arrays.copyOf(values, size * 2);
      }
      values[size++] = value;
    }
  }

  private final Side positive = new Side();
  private final Side negative = new Side();
  private final Doubles bounds = new Doubles();
  private boolean integers;
  private double count;
  private double sum;
  private int schema;
  private double zeroThreshold;
  private double zeroCount;
  private int hint;
  private long millis;
  private long start;

  private HistogramMessage() {}

  /// Encodes a histogram without its start timestamp. Integer counts are sent as integers, all
  /// others as floats.
  ///
  /// @param millis timestamp in milliseconds since the epoch
  public static byte[] encode(long millis, FloatHistogram histogram) {
    boolean integers = isInteger(histogram);
    return ProtoMessage.of(
        out -> {
          if (integers) {
            out.writeUInt64(1, (long) histogram.count());
          } else {
            out.writeDouble(2, histogram.count());
          }
          out.writeDouble(3, histogram.sum());
          out.writeSInt32(4, histogram.schema());
          out.writeDouble(5, histogram.zeroThreshold());
          if (integers) {
            out.writeUInt64(6, (long) histogram.zeroCount());
          } else {
            out.writeDouble(7, histogram.zeroCount());
          }
          writeBuckets(out, 8, histogram.negative(), integers);
          writeBuckets(out, 11, histogram.positive(), integers);
          out.writeEnum(14, hint(histogram));
          out.writeInt64(15, millis);
          if (histogram.bounds().length > 0) {
            out.writeByteArray(16, packedDoubles(histogram.bounds()));
          }
        });
  }

  /// Sends RESET and GAUGE only. NOT_RESET is for the receiver to derive, since samples may be
  /// dropped on the way.
  private static int hint(FloatHistogram histogram) {
    return switch (histogram.hint()) {
      case RESET, GAUGE -> histogram.hint().code();
      case UNKNOWN, NOT_RESET -> ResetHint.UNKNOWN.code();
    };
  }

  private static boolean isInteger(FloatHistogram histogram) {
    return isInteger(histogram.count())
        && isInteger(histogram.zeroCount())
        && isInteger(histogram.negative())
        && isInteger(histogram.positive());
  }

  private static boolean isInteger(Buckets buckets) {
    for (int i = 0; i < buckets.size(); i++) {
      if (!isInteger(buckets.countAt(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isInteger(double count) {
    return count >= 0 && count <= MAX_EXACT && count == Math.rint(count);
  }

  /// @param field number of the spans field; deltas and counts follow it
  private static void writeBuckets(
      CodedOutputStream out, int field, Buckets buckets, boolean integers) throws IOException {
    if (buckets.isEmpty()) {
      return;
    }
    int from = 0;
    int behind = 0;
    for (int i = 1; i <= buckets.size(); i++) {
      if (i == buckets.size() || buckets.indexAt(i) != buckets.indexAt(i - 1) + 1) {
        int gap = buckets.indexAt(from) - behind;
        int length = i - from;
        out.writeByteArray(
            field,
            ProtoMessage.of(
                span -> {
                  span.writeSInt32(1, gap);
                  span.writeUInt32(2, length);
                }));
        behind = buckets.indexAt(i - 1) + 1;
        from = i;
      }
    }
    if (integers) {
      out.writeByteArray(
          field + 1,
          ProtoMessage.of(
              deltas -> {
                for (int i = 0; i < buckets.size(); i++) {
                  deltas.writeSInt64NoTag(
                      (long) buckets.countAt(i) - (i == 0 ? 0 : (long) buckets.countAt(i - 1)));
                }
              }));
    } else {
      var counts = new double[buckets.size()];
      for (int i = 0; i < counts.length; i++) {
        counts[i] = buckets.countAt(i);
      }
      out.writeByteArray(field + 2, packedDoubles(counts));
    }
  }

  private static byte[] packedDoubles(double[] numbers) {
    return ProtoMessage.of(
        out -> {
          for (double number : numbers) {
            out.writeDoubleNoTag(number);
          }
        });
  }

  /// Decodes a message to the end of the stream.
  ///
  /// @throws IllegalArgumentException if it has too many buckets
  public static HistogramMessage decode(CodedInputStream in) throws IOException {
    var message = new HistogramMessage();
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      message.field(tag, in);
    }
    return message;
  }

  private void field(int tag, CodedInputStream in) throws IOException {
    switch (WireFormat.getTagFieldNumber(tag)) {
      case 1, 2 -> {
        integers = WireFormat.getTagFieldNumber(tag) == 1;
        count = number(tag, in);
      }
      case 3 -> sum = in.readDouble();
      case 4 -> schema = in.readSInt32();
      case 5 -> zeroThreshold = in.readDouble();
      case 6, 7 -> zeroCount = number(tag, in);
      case 8 -> span(in, negative.spans);
      case 9 -> deltas(tag, in, negative.deltas);
      case 10 -> doubles(tag, in, negative.counts);
      case 11 -> span(in, positive.spans);
      case 12 -> deltas(tag, in, positive.deltas);
      case 13 -> doubles(tag, in, positive.counts);
      case 14 -> hint = in.readEnum();
      case 15 -> millis = in.readInt64();
      case 16 -> doubles(tag, in, bounds);
      case 17 -> start = in.readInt64();
      default -> in.skipField(tag);
    }
  }

  /// An integer histogram has varint counts, a float histogram doubles.
  private static double number(int tag, CodedInputStream in) throws IOException {
    return WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_FIXED64
        ? in.readDouble()
        : in.readUInt64();
  }

  private static void span(CodedInputStream outer, Numbers spans) throws IOException {
    var in = CodedInputStream.newInstance(outer.readByteArray());
    int offset = 0;
    int length = 0;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case 1 -> offset = in.readSInt32();
        case 2 -> length = in.readUInt32();
        default -> in.skipField(tag);
      }
    }
    if (length < 0 || length > MAX_BUCKETS) {
      throw new IllegalArgumentException(
          "a span of %d buckets (expected: at most %d)"
              .formatted(Integer.toUnsignedLong(length), MAX_BUCKETS));
    }
    spans.add(offset);
    spans.add(length);
  }

  private static void deltas(int tag, CodedInputStream in, Numbers into) throws IOException {
    if (WireFormat.getTagWireType(tag) != WireFormat.WIRETYPE_LENGTH_DELIMITED) {
      into.add(in.readSInt64());
      return;
    }
    int end = in.pushLimit(in.readRawVarint32());
    while (in.getBytesUntilLimit() > 0) {
      into.add(in.readSInt64());
    }
    in.popLimit(end);
  }

  private static void doubles(int tag, CodedInputStream in, Doubles into) throws IOException {
    if (WireFormat.getTagWireType(tag) != WireFormat.WIRETYPE_LENGTH_DELIMITED) {
      into.add(in.readDouble());
      return;
    }
    int end = in.pushLimit(in.readRawVarint32());
    while (in.getBytesUntilLimit() > 0) {
      into.add(in.readDouble());
    }
    in.popLimit(end);
  }

  /// Timestamp in milliseconds since the epoch.
  public long millis() {
    return millis;
  }

  /// Start timestamp in milliseconds since the epoch; 0 if not set.
  public long start() {
    return start;
  }

  /// The decoded histogram.
  ///
  /// @throws IllegalArgumentException if the message is inconsistent
  public FloatHistogram histogram() {
    if (Sample.isStale(sum)) {
      return FloatHistogram.exponential(0, 0, 0, 0, sum, Buckets.NONE, Buckets.NONE);
    }
    var histogram =
        schema == BucketScheme.CUSTOM
            ? FloatHistogram.custom(
                count, sum, positive.buckets(), Arrays.copyOf(bounds.values, bounds.size))
            : FloatHistogram.exponential(
                schema,
                zeroThreshold,
                zeroCount,
                count,
                sum,
                positive.buckets(),
                negative.buckets());
    histogram
        .problem(integers)
        .ifPresent(
            wrong -> {
              throw new IllegalArgumentException(wrong);
            });
    return histogram.withHint(ResetHint.of(hint));
  }
}
