package dev.gori.metrics.remote.receiver;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import dev.gori.kernel.label.Labels;
import dev.gori.kernel.sample.Exemplar;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;

/// Decodes the `io.prometheus.write.v2.Request` message of remote write 2.0. The symbol table may
/// follow the series. Metadata is ignored.
final class RemoteWriteV2Decoder {

  private final List<String> symbols = new ArrayList<>();

  private RemoteWriteV2Decoder() {}

  /// @throws IOException if the bytes are not such a message
  static void read(byte[] message, WriteRequest into) throws IOException {
    var request = new RemoteWriteV2Decoder();
    var series = new ArrayList<byte[]>();
    var in = CodedInputStream.newInstance(message);
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case 4 -> request.symbols.add(in.readStringRequireUtf8());
        case 5 -> series.add(in.readByteArray());
        default -> in.skipField(tag);
      }
    }
    if (!request.symbols.isEmpty() && !request.symbols.getFirst().isEmpty()) {
      throw new InvalidProtocolBufferException(
          "symbols[0]: '%.40s' (expected: the empty string)".formatted(request.symbols.getFirst()));
    }
    for (var one : series) {
      into.add(request.series(CodedInputStream.newInstance(one)));
    }
  }

  private WriteRequest.Series series(CodedInputStream in) throws IOException {
    var series = new WriteRequest.Series();
    var references = new References();
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case 1 -> references.read(tag, in);
        case 2 -> SampleDecoder.sample(in, series);
        case 3 -> SampleDecoder.histogram(in, series);
        case 4 -> exemplar(CodedInputStream.newInstance(in.readByteArray()), series);
        case 6 -> series.startTimestamp(in.readInt64());
        default -> in.skipField(tag);
      }
    }
    labels(references, series, series::label);
    return series;
  }

  private interface LabelSink {
    void add(String name, String value);
  }

  /// Resolves pairs of symbol references. An invalid reference rejects the series.
  private void labels(References references, WriteRequest.Series series, LabelSink into) {
    if (references.size % 2 != 0) {
      series.reject(
          "%d label references (expected: pairs of name and value)".formatted(references.size));
      return;
    }
    for (int i = 0; i < references.size; i += 2) {
      int name = references.values[i];
      int value = references.values[i + 1];
      if (Integer.compareUnsigned(Math.max(name, value), symbols.size()) >= 0
          || Math.min(name, value) < 0) {
        series.reject(
            "label reference %s/%s (expected: below %d, the number of symbols)"
                .formatted(
                    Integer.toUnsignedString(name),
                    Integer.toUnsignedString(value),
                    symbols.size()));
        return;
      }
      into.add(symbols.get(name), symbols.get(value));
    }
  }

  private void exemplar(CodedInputStream in, WriteRequest.Series series) throws IOException {
    var references = new References();
    double value = 0;
    long millis = 0;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case 1 -> references.read(tag, in);
        case 2 -> value = in.readDouble();
        case 3 -> millis = in.readInt64();
        default -> in.skipField(tag);
      }
    }
    var labels = new TreeMap<String, String>();
    labels(references, series, labels::put);
    series.exemplar(new Exemplar(Labels.of(labels), value, millis));
  }

  private static final class References {
    private int[] values = new int[16];
    private int size;

    private void read(int tag, CodedInputStream in) throws IOException {
      if (WireFormat.getTagWireType(tag) != WireFormat.WIRETYPE_LENGTH_DELIMITED) {
        add(in.readUInt32());
        return;
      }
      int end = in.pushLimit(in.readRawVarint32());
      while (in.getBytesUntilLimit() > 0) {
        add(in.readUInt32());
      }
      in.popLimit(end);
    }

    private void add(int reference) {
      if (size == values.length) {
        values = Arrays.copyOf(values, size * 2);
      }
      values[size++] = reference;
    }
  }
}
