package dev.gori.metrics.remote.receiver;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import dev.gori.metrics.remote.HistogramMessage;
import java.io.IOException;

/// Decodes the messages that both versions share.
final class SampleDecoder {

  private SampleDecoder() {}

  static void sample(CodedInputStream outer, WriteRequest.Series into) throws IOException {
    var in = CodedInputStream.newInstance(outer.readByteArray());
    double value = 0;
    long millis = 0;
    long start = 0;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case 1 -> value = in.readDouble();
        case 2 -> millis = in.readInt64();
        case 3 -> start = in.readInt64();
        default -> in.skipField(tag);
      }
    }
    into.sample(millis, value, start);
  }

  static void histogram(CodedInputStream outer, WriteRequest.Series into) throws IOException {
    var bytes = outer.readByteArray();
    try {
      into.histogram(HistogramMessage.decode(CodedInputStream.newInstance(bytes)));
    } catch (IllegalArgumentException e) {
      into.reject("native histogram: " + e.getMessage());
    }
  }
}
