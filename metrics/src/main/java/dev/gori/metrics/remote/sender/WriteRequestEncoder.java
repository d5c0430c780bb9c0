package dev.gori.metrics.remote.sender;

import com.google.protobuf.CodedOutputStream;
import dev.gori.kernel.label.Labels;
import dev.gori.kernel.sample.Exemplar;
import dev.gori.metrics.remote.ProtoMessage;
import dev.gori.metrics.remote.RemoteWriteProtocol;
import dev.gori.metrics.remote.SnappyBlock;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Encodes the write request of either protocol, with the samples grouped by series.
final class WriteRequestEncoder {

  /// The items of one series.
  private static final class Series {
    private final List<QueueItem.FloatSample> floats = new ArrayList<>(1);
    private final List<QueueItem.HistogramSample> histograms = new ArrayList<>(0);
    private final List<Exemplar> exemplars = new ArrayList<>(0);

    private void add(QueueItem item) {
      switch (item) {
        case QueueItem.FloatSample value -> floats.add(value);
        case QueueItem.HistogramSample histogram -> histograms.add(histogram);
        case QueueItem.ExemplarSample example -> exemplars.add(example.exemplar());
      }
    }
  }

  private WriteRequestEncoder() {}

  /// @param described metadata to include, if the protocol has a field for it
  static byte[] compressed(
      RemoteWriteProtocol protocol, List<QueueItem> items, Map<String, MetricMetadata> described) {
    var bySeries = new LinkedHashMap<Labels, Series>();
    for (var item : items) {
      bySeries.computeIfAbsent(item.series(), _ -> new Series()).add(item);
    }
    var message =
        switch (protocol) {
          case V1 -> encodeV1(bySeries);
          case V2 -> encodeV2(bySeries, described);
        };
    return SnappyBlock.compress(message);
  }

  /// A remote write 1.0 request with metadata only.
  static byte[] compressedMetadata(List<MetricMetadata> all) {
    return SnappyBlock.compress(
        ProtoMessage.of(
            out -> {
              for (var one : all) {
                out.writeByteArray(3, ProtoMessage.of(metadata -> encodeV1(metadata, one)));
              }
            }));
  }

  private static void encodeV1(CodedOutputStream out, MetricMetadata one) throws IOException {
    out.writeEnum(1, one.code());
    out.writeString(2, one.metric());
    out.writeString(4, one.help());
    out.writeString(5, one.unit());
  }

  private static byte[] encodeV1(Map<Labels, Series> all) {
    return ProtoMessage.of(
        out -> {
          for (var one : all.entrySet()) {
            out.writeByteArray(
                1, ProtoMessage.of(series -> encodeV1(series, one.getKey(), one.getValue())));
          }
        });
  }

  private static void encodeV1(CodedOutputStream out, Labels labels, Series series)
      throws IOException {
    pairs(out, labels);
    for (var value : series.floats) {
      out.writeByteArray(
          2,
          ProtoMessage.of(
              sample -> {
                sample.writeDouble(1, value.value());
                sample.writeInt64(2, value.millis());
              }));
    }
    for (var exemplar : series.exemplars) {
      out.writeByteArray(
          3,
          ProtoMessage.of(
              inner -> {
                pairs(inner, exemplar.labels());
                inner.writeDouble(2, exemplar.value());
                inner.writeInt64(3, exemplar.millis());
              }));
    }
    for (var histogram : series.histograms) {
      out.writeByteArray(4, histogram.message());
    }
  }

  private static void pairs(CodedOutputStream out, Labels labels) throws IOException {
    for (int i = 0; i < labels.size(); i++) {
      var name = labels.nameAt(i);
      var value = labels.valueAt(i);
      out.writeByteArray(
          1,
          ProtoMessage.of(
              label -> {
                label.writeString(1, name);
                label.writeString(2, value);
              }));
    }
  }

  private static byte[] encodeV2(Map<Labels, Series> all, Map<String, MetricMetadata> described) {
    var symbols = new LinkedHashMap<String, Integer>(Map.of("", 0));
    var series =
        ProtoMessage.of(
            out -> {
              for (var one : all.entrySet()) {
                var metadata = MetricMetadata.of(one.getKey(), described);
                out.writeByteArray(
                    5,
                    ProtoMessage.of(
                        inner -> {
                          encodeV2(inner, one.getKey(), one.getValue(), symbols);
                          if (metadata.isPresent()) {
                            encodeV2(inner, metadata.get(), symbols);
                          }
                        }));
              }
            });
    return ProtoMessage.of(
        out -> {
          for (var symbol : symbols.keySet()) {
            out.writeString(4, symbol);
          }
          out.writeRawBytes(series);
        });
  }

  private static void encodeV2(
      CodedOutputStream out, Labels labels, Series series, Map<String, Integer> symbols)
      throws IOException {
    references(out, labels, symbols);
    for (var value : series.floats) {
      out.writeByteArray(
          2,
          ProtoMessage.of(
              sample -> {
                sample.writeDouble(1, value.value());
                sample.writeInt64(2, value.millis());
                start(sample, 3, value.start());
              }));
    }
    for (var histogram : series.histograms) {
      out.writeByteArray(
          3,
          ProtoMessage.of(
              inner -> {
                inner.writeRawBytes(histogram.message());
                start(inner, 17, histogram.start());
              }));
    }
    for (var exemplar : series.exemplars) {
      out.writeByteArray(
          4,
          ProtoMessage.of(
              inner -> {
                references(inner, exemplar.labels(), symbols);
                inner.writeDouble(2, exemplar.value());
                inner.writeInt64(3, exemplar.millis());
              }));
    }
  }

  private static void encodeV2(
      CodedOutputStream out, MetricMetadata metadata, Map<String, Integer> symbols)
      throws IOException {
    out.writeByteArray(
        5,
        ProtoMessage.of(
            inner -> {
              inner.writeEnum(1, metadata.code());
              inner.writeUInt32(3, symbol(metadata.help(), symbols));
              inner.writeUInt32(4, symbol(metadata.unit(), symbols));
            }));
  }

  private static int symbol(String text, Map<String, Integer> symbols) {
    return symbols.computeIfAbsent(text, _ -> symbols.size());
  }

  private static void start(CodedOutputStream out, int field, long millis) throws IOException {
    if (millis != 0) {
      out.writeInt64(field, millis);
    }
  }

  private static void references(CodedOutputStream out, Labels labels, Map<String, Integer> symbols)
      throws IOException {
    out.writeByteArray(
        1,
        ProtoMessage.of(
            packed -> {
              for (int i = 0; i < labels.size(); i++) {
                packed.writeUInt32NoTag(symbol(labels.nameAt(i), symbols));
                packed.writeUInt32NoTag(symbol(labels.valueAt(i), symbols));
              }
            }));
  }
}
