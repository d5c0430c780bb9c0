package dev.gori.metrics.exposition;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import dev.gori.kernel.label.Labels;
import java.io.IOException;
import java.util.TreeMap;

/// An `Exemplar` message of `io.prometheus.client`.
///
/// @param millis timestamp, or {@link MetricSink#NO_TIMESTAMP}
record ProtoExemplar(Labels labels, double value, long millis) {

  static ProtoExemplar read(CodedInputStream in) throws IOException, ExpositionException {
    var labels = new TreeMap<String, String>();
    double value = 0;
    long millis = MetricSink.NO_TIMESTAMP;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case 1 -> {
          var pair = ProtoFields.message(in, ProtoFields::label);
          labels.put(pair.name(), pair.value());
        }
        case 2 -> value = in.readDouble();
        case 3 -> millis = ProtoFields.message(in, ProtoFields::millis);
        default -> in.skipField(tag);
      }
    }
    return new ProtoExemplar(Labels.of(labels), value, millis);
  }
}
