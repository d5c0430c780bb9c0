package dev.gori.promql;

import dev.gori.kernel.sample.Buckets;
import dev.gori.kernel.sample.FloatHistogram;
import dev.gori.kernel.sample.ResetHint;
import dev.gori.kernel.sample.SampleBuffer;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// One series as remote write requests of Prometheus, version 2.0, with native histograms and start
/// times: protobuf, in Snappy's format but uncompressed.
final class PushedSeries {

  private static final int VARINT = 0;
  private static final int FIXED = 1;
  private static final int BYTES = 2;
  private static final int LONGEST_LITERAL = 60_000;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /// The samples from one moment to before another. A receiver stores the floats of a request
  /// before its histograms, so that where one kind follows the other a request ends.
  static List<byte[]> bodies(SeriesSource.Series series, long fromMillis, long toMillis) {
    var points = new SampleBuffer();
    series.read(points);
    var bodies = new ArrayList<byte[]>();
    for (int i = 0; i < points.size(); ) {
      boolean floats = points.histogramAt(i) == null;
      var run = new PushedSeries();
      boolean any = false;
      for (; i < points.size() && (points.histogramAt(i) == null) == floats; i++) {
        if (points.millisAt(i) >= fromMillis && points.millisAt(i) < toMillis) {
          run.point(points, i);
          any = true;
        }
      }
      if (any) {
        bodies.add(run.request(series));
      }
    }
    return bodies;
  }

  private void point(SampleBuffer points, int i) {
    var histogram = points.histogramAt(i);
    if (histogram == null) {
      bytes(2, sample(points.valueAt(i), points.millisAt(i), points.startAt(i)));
    } else {
      bytes(3, histogram(histogram, points.millisAt(i), points.startAt(i)));
    }
  }

  /// The texts in a table of which the first is empty; labels are pairs of places in it.
  private byte[] request(SeriesSource.Series series) {
    var request = new PushedSeries();
    var references = new PushedSeries();
    request.text("");
    int[] symbols = {1};
    series
        .labels()
        .forEach(
            (name, value) -> {
              request.text(name);
              request.text(value);
              references.raw(symbols[0]++);
              references.raw(symbols[0]++);
            });
    var one = new PushedSeries();
    one.bytes(1, references.out.toByteArray());
    one.out.writeBytes(out.toByteArray());
    request.bytes(5, one.out.toByteArray());
    return snappy(request.out.toByteArray());
  }

  private void text(String symbol) {
    bytes(4, symbol.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] sample(double value, long millis, long start) {
    var message = new PushedSeries();
    message.number(1, value);
    message.varint(2, millis);
    message.start(3, start);
    return message.out.toByteArray();
  }

  private void start(int field, long millis) {
    if (millis != 0) {
      varint(field, millis);
    }
  }

  private static byte[] histogram(FloatHistogram h, long millis, long start) {
    var message = new PushedSeries();
    message.number(2, h.count());
    message.number(3, h.sum());
    message.varint(4, zigzag(h.schema()));
    message.number(5, h.zeroThreshold());
    message.number(7, h.zeroCount());
    message.side(8, 10, h.negative());
    message.side(11, 13, h.positive());
    message.varint(14, hint(h.hint()));
    message.varint(15, millis);
    for (double bound : h.bounds()) {
      message.number(16, bound);
    }
    message.start(17, start);
    return message.out.toByteArray();
  }

  /// The hint as it was loaded; what a store finds out itself is left to the store.
  private static int hint(ResetHint hint) {
    return hint == ResetHint.GAUGE ? 3 : hint == ResetHint.RESET ? 1 : 0;
  }

  private void side(int spans, int counts, Buckets side) {
    int next = 0;
    for (int i = 0; i < side.size(); i++) {
      var span = new PushedSeries();
      span.varint(1, zigzag(side.indexAt(i) - next));
      span.varint(2, 1);
      bytes(spans, span.out.toByteArray());
      next = side.indexAt(i) + 1;
    }
    for (int i = 0; i < side.size(); i++) {
      number(counts, side.countAt(i));
    }
  }

  private static long zigzag(long value) {
    return (value << 1) ^ (value >> 63);
  }

  private void varint(int field, long value) {
    raw((long) field << 3 | VARINT);
    raw(value);
  }

  private void number(int field, double value) {
    raw((long) field << 3 | FIXED);
    out.writeBytes(
        ByteBuffer.allocate(8)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(Double.doubleToRawLongBits(value))
            .array());
  }

  private void bytes(int field, byte[] value) {
    raw((long) field << 3 | BYTES);
    raw(value.length);
    out.writeBytes(value);
  }

  private void raw(long value) {
    long left = value;
    while ((left & ~0x7fL) != 0) {
      out.write((int) (left & 0x7f | 0x80));
      left >>>= 7;
    }
    out.write((int) left);
  }

  private static byte[] snappy(byte[] plain) {
    var packed = new PushedSeries();
    packed.raw(plain.length);
    for (int at = 0; at < plain.length; at += LONGEST_LITERAL) {
      int length = Math.min(LONGEST_LITERAL, plain.length - at);
      packed.out.write(61 << 2);
      packed.out.write(length - 1);
      packed.out.write((length - 1) >> 8);
      packed.out.write(plain, at, length);
    }
    return packed.out.toByteArray();
  }
}
