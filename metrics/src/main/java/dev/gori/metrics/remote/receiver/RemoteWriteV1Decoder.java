package dev.gori.metrics.remote.receiver;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import dev.gori.kernel.label.Labels;
import dev.gori.kernel.sample.Exemplar;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;

/// Decodes the `prometheus.WriteRequest` message of remote write 1.0. Metadata is ignored.
final class RemoteWriteV1Decoder {

  private RemoteWriteV1Decoder() {}

  /// @throws IOException if the bytes are not such a message
  static void read(byte[] message, WriteRequest into) throws IOException {
    var in = CodedInputStream.newInstance(message);
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (WireFormat.getTagFieldNumber(tag) == 1) {
        into.add(series(CodedInputStream.newInstance(in.readByteArray())));
      } else {
        in.skipField(tag);
      }
    }
  }

  private static WriteRequest.Series series(CodedInputStream in) throws IOException {
    var series = new WriteRequest.Series();
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case 1 -> label(in, series::label);
        case 2 -> SampleDecoder.sample(in, series);
        case 3 -> series.exemplar(exemplar(CodedInputStream.newInstance(in.readByteArray())));
        case 4 -> SampleDecoder.histogram(in, series);
        default -> in.skipField(tag);
      }
    }
    return series;
  }

  private interface LabelSink {
    void add(String name, String value);
  }

  private static void label(CodedInputStream outer, LabelSink into) throws IOException {
    var in = CodedInputStream.newInstance(outer.readByteArray());
    var name = "";
    var value = "";
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case 1 -> name = in.readStringRequireUtf8();
        case 2 -> value = in.readStringRequireUtf8();
        default -> in.skipField(tag);
      }
    }
    into.add(name, value);
  }

  private static Exemplar exemplar(CodedInputStream in) throws IOException {
    Map<String, String> labels = new TreeMap<>();
    double value = 0;
    long millis = 0;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case 1 -> label(in, labels::put);
        case 2 -> value = in.readDouble();
        case 3 -> millis = in.readInt64();
        default -> in.skipField(tag);
      }
    }
    return new Exemplar(Labels.of(labels), value, millis);
  }
}
