package dev.gori.metrics.remote.sender;

import com.google.protobuf.CodedOutputStream;
import dev.gori.kernel.sample.Buckets;
import dev.gori.kernel.sample.FloatHistogram;
import dev.gori.kernel.sample.ResetHint;
import java.io.IOException;

/// Encodes the `Histogram` message of remote write 1.0 and 2.0. Integer counts are sent as
/// integers, all others as floats.
public final class HistogramMessage {

  /// Integers up to this one are exact as a double.
  private static final double EXACT = 1L << 53;

  private HistogramMessage() {}

  public static byte[] of(long millis, FloatHistogram histogram) {
    boolean whole = isWhole(histogram);
    return Message.of(
        out -> {
          if (whole) {
            out.writeUInt64(1, (long) histogram.count());
          } else {
            out.writeDouble(2, histogram.count());
          }
          out.writeDouble(3, histogram.sum());
          out.writeSInt32(4, histogram.schema());
          out.writeDouble(5, histogram.zeroThreshold());
          if (whole) {
            out.writeUInt64(6, (long) histogram.zeroCount());
          } else {
            out.writeDouble(7, histogram.zeroCount());
          }
          side(out, 8, histogram.negative(), whole);
          side(out, 11, histogram.positive(), whole);
          out.writeEnum(14, hint(histogram));
          out.writeInt64(15, millis);
          if (histogram.bounds().length > 0) {
            out.writeByteArray(16, packed(histogram.bounds()));
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

  private static boolean isWhole(FloatHistogram histogram) {
    return isWhole(histogram.count())
        && isWhole(histogram.zeroCount())
        && isWhole(histogram.negative())
        && isWhole(histogram.positive());
  }

  private static boolean isWhole(Buckets side) {
    for (int i = 0; i < side.size(); i++) {
      if (!isWhole(side.countAt(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isWhole(double count) {
    return count >= 0 && count <= EXACT && count == Math.rint(count);
  }

  /// @param field number of the spans field; deltas and counts follow it
  private static void side(CodedOutputStream out, int field, Buckets side, boolean whole)
      throws IOException {
    if (side.isEmpty()) {
      return;
    }
    int from = 0;
    int behind = 0;
    for (int i = 1; i <= side.size(); i++) {
      if (i == side.size() || side.indexAt(i) != side.indexAt(i - 1) + 1) {
        int gap = side.indexAt(from) - behind;
        int length = i - from;
        out.writeByteArray(
            field,
            Message.of(
                span -> {
                  span.writeSInt32(1, gap);
                  span.writeUInt32(2, length);
                }));
        behind = side.indexAt(i - 1) + 1;
        from = i;
      }
    }
    if (whole) {
      out.writeByteArray(
          field + 1,
          Message.of(
              deltas -> {
                for (int i = 0; i < side.size(); i++) {
                  deltas.writeSInt64NoTag(
                      (long) side.countAt(i) - (i == 0 ? 0 : (long) side.countAt(i - 1)));
                }
              }));
    } else {
      var counts = new double[side.size()];
      for (int i = 0; i < counts.length; i++) {
        counts[i] = side.countAt(i);
      }
      out.writeByteArray(field + 2, packed(counts));
    }
  }

  private static byte[] packed(double[] numbers) {
    return Message.of(
        out -> {
          for (double number : numbers) {
            out.writeDoubleNoTag(number);
          }
        });
  }
}
