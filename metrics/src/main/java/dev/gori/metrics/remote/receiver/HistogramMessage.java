package dev.gori.metrics.remote.receiver;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import dev.gori.kernel.sample.BucketScheme;
import dev.gori.kernel.sample.Buckets;
import dev.gori.kernel.sample.FloatHistogram;
import dev.gori.kernel.sample.ResetHint;
import dev.gori.kernel.sample.Sample;
import java.io.IOException;
import java.util.Arrays;

/// Decodes the `Histogram` message of remote write 1.0 and 2.0.
final class HistogramMessage {

  /// Limit on the buckets of one side.
  private static final int MOST_BUCKETS = 1 << 16;

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
      if (size == MOST_BUCKETS * 2) {
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
      if (size == MOST_BUCKETS) {
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

  /// @throws IllegalArgumentException if it has too many buckets
  static HistogramMessage read(CodedInputStream in) throws IOException {
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
    if (length < 0 || length > MOST_BUCKETS) {
      throw new IllegalArgumentException(
          "a span of %d buckets (expected: at most %d)"
              .formatted(Integer.toUnsignedLong(length), MOST_BUCKETS));
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

  long millis() {
    return millis;
  }

  /// Start timestamp in milliseconds since the epoch; 0 if not set.
  long start() {
    return start;
  }

  /// @throws IllegalArgumentException if the message is inconsistent
  FloatHistogram histogram() {
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
