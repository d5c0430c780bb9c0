package dev.gori.metrics.exposition;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import dev.gori.kernel.label.Labels;
import java.io.IOException;
import java.util.TreeMap;

/// An exemplar message of `io.prometheus.client`.
///
/// @param millis its own time, or {@link MetricSink#NO_TIME}
record ProtoExemplar(Labels labels, double value, long millis) {

  static ProtoExemplar read(CodedInputStream in) throws IOException, Malformed {
    var labels = new TreeMap<String, String>();
    double value = 0;
    long millis = MetricSink.NO_TIME;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case 1 -> {
          var pair = Proto.message(in, Proto::pair);
          labels.put(pair.name(), pair.value());
        }
        case 2 -> value = in.readDouble();
        case 3 -> millis = Proto.message(in, Proto::millis);
        default -> in.skipField(tag);
      }
    }
    return new ProtoExemplar(Labels.of(labels), value, millis);
  }
}
