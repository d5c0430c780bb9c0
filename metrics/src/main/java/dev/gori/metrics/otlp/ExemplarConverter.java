package dev.gori.metrics.otlp;

import dev.gori.kernel.label.Labels;
import dev.gori.tsdb.AppendBatch;
import io.opentelemetry.proto.metrics.v1.Exemplar;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;

/// Converts exemplars: with trace and span id, and with other attributes if they fit.
final class ExemplarConverter {

  private static final String TRACE = "trace_id";
  private static final String SPAN = "span_id";

  private ExemplarConverter() {}

  /// Adds the exemplars of one series to a batch.
  static void add(AppendBatch batch, Labels series, List<Exemplar> all) {
    all.forEach(one -> batch.exemplar(series, of(one)));
  }

  static double value(Exemplar exemplar) {
    return exemplar.hasAsInt() ? exemplar.getAsInt() : exemplar.getAsDouble();
  }

  private static dev.gori.kernel.sample.Exemplar of(Exemplar from) {
    var ids = new TreeMap<String, String>();
    if (!from.getTraceId().isEmpty()) {
      ids.put(TRACE, HexFormat.of().formatHex(from.getTraceId().toByteArray()));
    }
    if (!from.getSpanId().isEmpty()) {
      ids.put(SPAN, HexFormat.of().formatHex(from.getSpanId().toByteArray()));
    }
    var whole = new TreeMap<String, String>();
    from.getFilteredAttributesList()
        .forEach(
            attribute -> whole.put(attribute.getKey(), AttributeText.of(attribute.getValue())));
    whole.remove("");
    whole.putAll(ids);
    double value = value(from);
    long at = from.getTimeUnixNano() / 1_000_000;
    var made = new dev.gori.kernel.sample.Exemplar(Labels.of(whole), value, at);
    return made.isTooLong() ? new dev.gori.kernel.sample.Exemplar(Labels.of(ids), value, at) : made;
  }
}
