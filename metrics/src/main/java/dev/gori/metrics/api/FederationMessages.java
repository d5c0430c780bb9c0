package dev.gori.metrics.api;

import com.google.protobuf.CodedOutputStream;
import dev.gori.kernel.sample.Buckets;
import dev.gori.kernel.sample.FloatHistogram;
import dev.gori.metrics.remote.ProtoMessage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Encodes federation as delimited `MetricFamily` messages.
final class FederationMessages {

  private FederationMessages() {}

  static byte[] of(List<FederatedSample> found, FederationFormat format) throws IOException {
    var bytes = new ByteArrayOutputStream();
    var out = CodedOutputStream.newInstance(bytes);
    var family = new ArrayList<FederatedSample>();
    for (var one : found) {
      if (!family.isEmpty() && !one.belongsTo(family.getFirst())) {
        out.writeByteArrayNoTag(family(family, format));
        family.clear();
      }
      family.add(one);
    }
    if (!family.isEmpty()) {
      out.writeByteArrayNoTag(family(family, format));
    }
    out.flush();
    return bytes.toByteArray();
  }

  private static byte[] family(List<FederatedSample> family, FederationFormat format) {
    var first = family.getFirst();
    return ProtoMessage.of(
        out -> {
          out.writeString(1, format.name(first.name()));
          out.writeEnum(3, first.type().number);
          for (var one : family) {
            out.writeByteArray(4, metric(one, format));
          }
        });
  }

  private static byte[] metric(FederatedSample one, FederationFormat format) {
    return ProtoMessage.of(
        out -> {
          for (var label : one.labels().entrySet()) {
            out.writeByteArray(
                1,
                ProtoMessage.of(
                    pair -> {
                      pair.writeString(1, format.name(label.getKey()));
                      pair.writeString(2, label.getValue());
                    }));
          }
          if (one.histogram().isEmpty()) {
            out.writeByteArray(5, ProtoMessage.of(value -> value.writeDouble(1, one.value())));
          }
          out.writeInt64(6, one.millis());
          if (one.histogram().isPresent()) {
            var histogram = one.histogram().get();
            out.writeByteArray(
                7, histogram.isCustom() ? classicHistogram(histogram) : nativeHistogram(histogram));
          }
        });
  }

  private static byte[] nativeHistogram(FloatHistogram histogram) {
    return ProtoMessage.of(
        out -> {
          out.writeDouble(2, histogram.sum());
          out.writeDouble(4, histogram.count());
          out.writeSInt32(5, histogram.schema());
          out.writeDouble(6, histogram.zeroThreshold());
          out.writeDouble(8, histogram.zeroCount());
          buckets(out, 9, histogram.negative());
          buckets(out, 12, histogram.positive());
        });
  }

  /// @param field number of the spans field; the counts have the second number after it
  private static void buckets(CodedOutputStream out, int field, Buckets side) throws IOException {
    int from = 0;
    int behind = 0;
    for (int i = 1; i <= side.size(); i++) {
      if (i == side.size() || side.indexAt(i) != side.indexAt(i - 1) + 1) {
        int gap = side.indexAt(from) - behind;
        int length = i - from;
        out.writeByteArray(
            field,
            ProtoMessage.of(
                span -> {
                  span.writeSInt32(1, gap);
                  span.writeUInt32(2, length);
                }));
        behind = side.indexAt(i - 1) + 1;
        from = i;
      }
    }
    for (int i = 0; i < side.size(); i++) {
      out.writeDouble(field + 2, side.countAt(i));
    }
  }

  /// Custom buckets as classic buckets, without `+Inf`, which the count implies.
  private static byte[] classicHistogram(FloatHistogram histogram) {
    return ProtoMessage.of(
        out -> {
          out.writeDouble(2, histogram.sum());
          double below = 0;
          int at = 0;
          var counts = histogram.positive();
          for (int i = 0; i < histogram.bounds().length; i++) {
            while (at < counts.size() && counts.indexAt(at) <= i) {
              below += counts.countAt(at++);
            }
            double bound = histogram.bounds()[i];
            double count = below;
            out.writeByteArray(
                3,
                ProtoMessage.of(
                    bucket -> {
                      bucket.writeDouble(2, bound);
                      bucket.writeDouble(4, count);
                    }));
          }
          out.writeDouble(4, histogram.count());
        });
  }
}
