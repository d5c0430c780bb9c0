package dev.gori.metrics.exposition;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import dev.gori.kernel.sample.Buckets;
import dev.gori.kernel.sample.FloatHistogram;
import dev.gori.kernel.sample.ResetHint;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A `Histogram` message of `io.prometheus.client`, with its classic and its native part.
final class ProtoHistogram {

  /// @param count cumulative count
  record ClassicBucket(double bound, double count, @Nullable ProtoExemplar exemplar) {}

  /// The positive or negative native buckets.
  private static final class Side {
    private int[] offsets = new int[4];
    private int[] lengths = new int[4];
    private int spans;
    private long[] deltas = new long[8];
    private int deltaSize;
    private double[] counts = new double[8];
    private int countSize;

    void span(CodedInputStream in) throws IOException {
      int offset = 0;
      int length = 0;
      for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
        switch (WireFormat.getTagFieldNumber(tag)) {
          case 1 -> offset = in.readSInt32();
          case 2 -> length = in.readUInt32();
          default -> in.skipField(tag);
        }
      }
      if (spans == offsets.length) {
        offsets = Arrays.copyOf(offsets, spans * 2);
        lengths = Arrays.copyOf(lengths, spans * 2);
      }
      offsets[spans] = offset;
      lengths[spans++] = length;
    }

    void delta(long delta) {
      if (deltaSize == deltas.length) {
        deltas = Arrays.copyOf(deltas, deltaSize * 2);
      }
      deltas[deltaSize++] = delta;
    }

    void count(double count) {
      if (countSize == counts.length) {
        counts = Arrays.copyOf(counts, countSize * 2);
      }
      counts[countSize++] = count;
    }

    Buckets buckets() {
      var gaps = Arrays.copyOf(offsets, spans);
      var runs = Arrays.copyOf(lengths, spans);
      return countSize > 0
          ? Buckets.ofSpans(gaps, runs, Arrays.copyOf(counts, countSize))
          : Buckets.ofSpans(gaps, runs, Arrays.copyOf(deltas, deltaSize));
    }
  }

  private double count;
  private double sum;
  private int schema;
  private double zeroThreshold;
  private double zeroCount;
  private long started = MetricSink.NO_TIMESTAMP;
  private final List<ClassicBucket> classic = new ArrayList<>();
  private final List<ProtoExemplar> exemplars = new ArrayList<>();
  private final Side negative = new Side();
  private final Side positive = new Side();

  /// Reads a message to its end.
  static ProtoHistogram read(CodedInputStream in) throws IOException, ExpositionException {
    var read = new ProtoHistogram();
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      read.field(in, tag);
    }
    return read;
  }

  private void field(CodedInputStream in, int tag) throws IOException, ExpositionException {
    switch (WireFormat.getTagFieldNumber(tag)) {
      case 1 -> count = ProtoFields.unsigned(in.readUInt64());
      case 2 -> sum = FloatText.normal(in.readDouble());
      case 3 -> classic.add(ProtoFields.message(in, ProtoHistogram::bucket));
      case 4 -> count = in.readDouble();
      case 5 -> schema = in.readSInt32();
      case 6 -> zeroThreshold = in.readDouble();
      case 7 -> zeroCount = ProtoFields.unsigned(in.readUInt64());
      case 8 -> zeroCount = in.readDouble();
      case 9 -> ProtoFields.run(in, negative::span);
      case 10 -> ProtoFields.numbers(in, tag, () -> negative.delta(in.readSInt64()));
      case 11 -> ProtoFields.numbers(in, tag, () -> negative.count(in.readDouble()));
      case 12 -> ProtoFields.run(in, positive::span);
      case 13 -> ProtoFields.numbers(in, tag, () -> positive.delta(in.readSInt64()));
      case 14 -> ProtoFields.numbers(in, tag, () -> positive.count(in.readDouble()));
      case 15 -> started = ProtoFields.message(in, ProtoFields::millis);
      case 16 -> exemplars.add(ProtoFields.message(in, ProtoExemplar::read));
      default -> in.skipField(tag);
    }
  }

  private static ClassicBucket bucket(CodedInputStream in) throws IOException, ExpositionException {
    double bound = 0;
    double count = 0;
    ProtoExemplar exemplar = null;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case 1 -> count = ProtoFields.unsigned(in.readUInt64());
        case 2 -> bound = in.readDouble();
        case 3 -> exemplar = ProtoFields.message(in, ProtoExemplar::read);
        case 4 -> count = in.readDouble();
        default -> in.skipField(tag);
      }
    }
    return new ClassicBucket(bound, count, exemplar);
  }

  /// Whether there is a native part; an empty span is enough.
  boolean isNative() {
    return positive.spans > 0 || negative.spans > 0 || zeroThreshold > 0 || zeroCount > 0;
  }

  boolean hasClassic() {
    return !classic.isEmpty();
  }

  double count() {
    return count;
  }

  double sum() {
    return sum;
  }

  long started() {
    return started;
  }

  List<ClassicBucket> classic() {
    return classic;
  }

  /// The exemplars of the native part, or of the classic buckets if it has none; only those with a
  /// timestamp.
  List<ProtoExemplar> nativeExemplars() {
    var found = new ArrayList<ProtoExemplar>(exemplars);
    if (found.isEmpty()) {
      for (var bucket : classic) {
        if (bucket.exemplar() != null) {
          found.add(bucket.exemplar());
        }
      }
    }
    found.removeIf(one -> one.millis() == MetricSink.NO_TIMESTAMP);
    return found;
  }

  /// @throws ExpositionException if the native part is inconsistent
  FloatHistogram nativeHistogram(boolean gauge) throws ExpositionException {
    try {
      var hint = gauge ? ResetHint.GAUGE : ResetHint.UNKNOWN;
      return FloatHistogram.exponential(
              schema, zeroThreshold, zeroCount, count, sum, positive.buckets(), negative.buckets())
          .withHint(hint);
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new ExpositionException(String.valueOf(e.getMessage()));
    }
  }
}
