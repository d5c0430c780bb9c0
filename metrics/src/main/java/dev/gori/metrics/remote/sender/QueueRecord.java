package dev.gori.metrics.remote.sender;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import dev.gori.kernel.label.Labels;
import dev.gori.kernel.sample.Exemplar;
import dev.gori.metrics.remote.ProtoMessage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// A record of the queue. Format: `docs/formats/remote-write-queue.md`.
///
/// @param before items ever queued before this record; reveals gaps
record QueueRecord(SampleCounts before, List<QueueItem> items) {

  private static final int VERSION = 1;
  private static final int FLOAT = 0;
  private static final int HISTOGRAM = 1;
  private static final int EXEMPLAR = 2;

  /// Items ever queued, including this record.
  SampleCounts after() {
    return before.plus(QueueItem.count(items));
  }

  /// The part of a record that does not depend on earlier records.
  static byte[] body(List<QueueItem> items) {
    var symbols = new LinkedHashMap<String, Integer>();
    var written =
        ProtoMessage.of(
            out -> {
              out.writeUInt32NoTag(items.size());
              for (var item : items) {
                write(out, item, symbols);
              }
            });
    return ProtoMessage.of(
        out -> {
          out.writeUInt32NoTag(symbols.size());
          for (var symbol : symbols.keySet()) {
            out.writeStringNoTag(symbol);
          }
          out.writeRawBytes(written);
        });
  }

  static ByteBuffer whole(SampleCounts before, byte[] body) {
    return ByteBuffer.wrap(
        ProtoMessage.of(
            out -> {
              out.writeUInt32NoTag(VERSION);
              out.writeUInt64NoTag(before.samples());
              out.writeUInt64NoTag(before.histograms());
              out.writeUInt64NoTag(before.exemplars());
              out.writeRawBytes(body);
            }));
  }

  private static void write(CodedOutputStream out, QueueItem item, Map<String, Integer> symbols)
      throws IOException {
    switch (item) {
      case QueueItem.FloatSample(var series, long millis, double value, long start) -> {
        begin(out, FLOAT, series, millis, symbols);
        out.writeDoubleNoTag(value);
        out.writeSInt64NoTag(start);
      }
      case QueueItem.HistogramSample(var series, long millis, var message, long start) -> {
        begin(out, HISTOGRAM, series, millis, symbols);
        out.writeByteArrayNoTag(message);
        out.writeSInt64NoTag(start);
      }
      case QueueItem.ExemplarSample(var series, var exemplar) -> {
        begin(out, EXEMPLAR, series, exemplar.millis(), symbols);
        out.writeDoubleNoTag(exemplar.value());
        labels(out, exemplar.labels(), symbols);
      }
    }
  }

  private static void begin(
      CodedOutputStream out, int kind, Labels series, long millis, Map<String, Integer> symbols)
      throws IOException {
    out.writeUInt32NoTag(kind);
    labels(out, series, symbols);
    out.writeSInt64NoTag(millis);
  }

  private static void labels(CodedOutputStream out, Labels labels, Map<String, Integer> symbols)
      throws IOException {
    out.writeUInt32NoTag(labels.size());
    for (int i = 0; i < labels.size(); i++) {
      out.writeUInt32NoTag(symbols.computeIfAbsent(labels.nameAt(i), _ -> symbols.size()));
      out.writeUInt32NoTag(symbols.computeIfAbsent(labels.valueAt(i), _ -> symbols.size()));
    }
  }

  /// @throws IOException if the record has another version
  static QueueRecord read(ByteBuffer payload) throws IOException {
    var in = CodedInputStream.newInstance(payload);
    int version = in.readUInt32();
    if (version != VERSION) {
      throw new IOException(
          "queue record of version %d (expected: %d); another release wrote it"
              .formatted(version, VERSION));
    }
    var before = new SampleCounts(in.readUInt64(), in.readUInt64(), in.readUInt64());
    var symbols = new String[in.readUInt32()];
    for (int i = 0; i < symbols.length; i++) {
      symbols[i] = in.readString();
    }
    int size = in.readUInt32();
    var items = new ArrayList<QueueItem>(size);
    for (int i = 0; i < size; i++) {
      items.add(item(in, symbols));
    }
    return new QueueRecord(before, items);
  }

  private static QueueItem item(CodedInputStream in, String[] symbols) throws IOException {
    int kind = in.readUInt32();
    var series = labels(in, symbols);
    long millis = in.readSInt64();
    return switch (kind) {
      case FLOAT -> new QueueItem.FloatSample(series, millis, in.readDouble(), in.readSInt64());
      case HISTOGRAM ->
          new QueueItem.HistogramSample(series, millis, in.readByteArray(), in.readSInt64());
      case EXEMPLAR -> {
        double value = in.readDouble();
        yield new QueueItem.ExemplarSample(
            series, new Exemplar(labels(in, symbols), value, millis));
      }
      default ->
          throw new IOException(
              "queue record with an item of kind %d (expected: 0 to 2)".formatted(kind));
    };
  }

  private static Labels labels(CodedInputStream in, String[] symbols) throws IOException {
    var labels = new TreeMap<String, String>();
    for (int left = in.readUInt32(); left > 0; left--) {
      labels.put(symbols[in.readUInt32()], symbols[in.readUInt32()]);
    }
    return Labels.of(labels);
  }
}
