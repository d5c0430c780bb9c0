package dev.gori.metrics.exposition;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import dev.gori.metrics.exposition.MetricSink.MetadataKind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Parses delimited `io.prometheus.client.MetricFamily` messages. Histograms become native
/// histograms, classic series, or both.
final class ProtobufParser {

  private static final MetricType[] TYPES = {
    MetricType.COUNTER,
    MetricType.GAUGE,
    MetricType.SUMMARY,
    MetricType.UNKNOWN,
    MetricType.HISTOGRAM,
    MetricType.GAUGEHISTOGRAM
  };

  /// A `Quantile` message.
  private record Quantile(double quantile, double value) {}

  /// A `Metric` message.
  private static final class Metric {
    final List<ProtoFields.Label> labels = new ArrayList<>();
    final List<Quantile> quantiles = new ArrayList<>();
    double value = Double.NaN;
    double count;
    double sum;
    long started = MetricSink.NO_TIMESTAMP;
    long millis = MetricSink.NO_TIMESTAMP;
    @Nullable ProtoExemplar exemplar;
    @Nullable ProtoHistogram histogram;
  }

  private final byte[] body;
  private final CodedInputStream in;
  private final ExpositionParser.Options options;
  private final MetricSink sink;
  private final SeriesText series = new SeriesText();
  private final ByteArrayOutputStream scratch = new ByteArrayOutputStream(256);
  private String name = "";
  private MetricType type = MetricType.COUNTER;
  private int message;

  ProtobufParser(byte[] body, ExpositionParser.Options options, MetricSink sink) {
    this.body = body;
    this.in = CodedInputStream.newInstance(body);
    this.options = options;
    this.sink = sink;
  }

  void read() throws ExpositionException {
    try {
      in.pushLimit(body.length); // so that a message that exceeds the body differs from
      // the end of the body
      while (!in.isAtEnd()) {
        message++;
        ProtoFields.run(in, this::family);
      }
    } catch (IOException e) {
      throw new ExpositionException("message %d: %s".formatted(message, e.getMessage()));
    } catch (ExpositionException e) {
      throw new ExpositionException(
          "message %d%s: %s"
              .formatted(message, name.isEmpty() ? "" : ", metric " + name, e.getMessage()));
    }
  }

  /// Reads the metrics last, because the name and the type may follow them.
  private void family(CodedInputStream in) throws IOException, ExpositionException {
    name = "";
    type = MetricType.COUNTER;
    var metrics = new ArrayList<int[]>();
    int nameFrom = 0;
    int nameTo = 0;
    var metadata = new ArrayList<int[]>();
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      int field = WireFormat.getTagFieldNumber(tag);
      switch (field) {
        case 1 -> {
          name = in.readStringRequireUtf8();
          nameTo = in.getTotalBytesRead();
          nameFrom = nameTo - name.getBytes(StandardCharsets.UTF_8).length;
        }
        case 2, 5 -> metadata.add(skipBytes(field));
        case 3 -> type = type(in.readEnum());
        case 4 -> metrics.add(skipBytes(field));
        default -> in.skipField(tag);
      }
    }
    if (name.isEmpty()) {
      throw new ExpositionException("a family without a name");
    }
    if (!metrics.isEmpty()) {
      metadata(nameFrom, nameTo, metadata);
    }
    for (var range : metrics) {
      var inner = CodedInputStream.newInstance(body, range[1], range[2]);
      inner.pushLimit(range[2]);
      metric(inner);
    }
  }

  /// Skips a length-delimited field and returns its byte range.
  private int[] skipBytes(int field) throws IOException {
    int length = in.readRawVarint32();
    int from = in.getTotalBytesRead();
    in.skipRawBytes(length);
    return new int[] {field, from, length};
  }

  private static MetricType type(int number) throws ExpositionException {
    if (number < 0 || number >= TYPES.length) {
      throw new ExpositionException(
          "metric type %d (expected: 0 to %d)".formatted(number, TYPES.length - 1));
    }
    return TYPES[number];
  }

  private void metadata(int nameFrom, int nameTo, List<int[]> metadata) throws ExpositionException {
    for (var range : metadata) {
      if (range[2] > 0) {
        sink.metadata(
            range[0] == 2 ? MetadataKind.HELP : MetadataKind.UNIT,
            body,
            nameFrom,
            nameTo,
            range[1],
            range[1] + range[2]);
      }
    }
    // the type's text is not in the body, so it is passed in a buffer with the name
    var names = name.getBytes(StandardCharsets.UTF_8);
    var word = type.text().getBytes(StandardCharsets.UTF_8);
    var both = new byte[names.length + word.length];
    System.arraycopy(names, 0, both, 0, names.length);
    System.arraycopy(word, 0, both, names.length, word.length);
    sink.metadata(MetadataKind.TYPE, both, 0, names.length, names.length, both.length);
  }

  private void metric(CodedInputStream in) throws IOException, ExpositionException {
    var metric = new Metric();
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case 1 -> metric.labels.add(ProtoFields.message(in, ProtoFields::label));
        case 2, 3, 5 -> ProtoFields.run(in, inner -> number(inner, metric));
        case 4 -> ProtoFields.run(in, inner -> summary(inner, metric));
        case 6 -> metric.millis = in.readInt64();
        case 7 -> metric.histogram = ProtoFields.message(in, ProtoHistogram::read);
        default -> in.skipField(tag);
      }
    }
    if (metric.millis == 0) {
      metric.millis = MetricSink.NO_TIMESTAMP;
    }
    emit(metric);
  }

  private static void number(CodedInputStream in, Metric metric)
      throws IOException, ExpositionException {
    metric.value = 0;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case 1 -> metric.value = FloatText.normal(in.readDouble());
        case 2 -> metric.exemplar = ProtoFields.message(in, ProtoExemplar::read);
        case 3 -> metric.started = ProtoFields.message(in, ProtoFields::millis);
        default -> in.skipField(tag);
      }
    }
  }

  private static void summary(CodedInputStream in, Metric metric)
      throws IOException, ExpositionException {
    metric.value = 0;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case 1 -> metric.count = ProtoFields.unsigned(in.readUInt64());
        case 2 -> metric.sum = FloatText.normal(in.readDouble());
        case 3 -> metric.quantiles.add(ProtoFields.message(in, ProtobufParser::quantile));
        case 4 -> metric.started = ProtoFields.message(in, ProtoFields::millis);
        default -> in.skipField(tag);
      }
    }
  }

  private static Quantile quantile(CodedInputStream in) throws IOException {
    double quantile = 0;
    double value = 0;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case 1 -> quantile = in.readDouble();
        case 2 -> value = FloatText.normal(in.readDouble());
        default -> in.skipField(tag);
      }
    }
    return new Quantile(quantile, value);
  }

  private void emit(Metric metric) throws ExpositionException {
    switch (type) {
      case COUNTER, GAUGE, UNKNOWN, INFO, STATESET -> {
        sample(metric, "", "", "", metric.value, metric.started);
        exemplar(metric.exemplar);
      }
      case SUMMARY -> {
        sample(metric, "_count", "", "", metric.count, metric.started);
        sample(metric, "_sum", "", "", metric.sum, metric.started);
        for (var one : metric.quantiles) {
          sample(
              metric, "", "quantile", FloatText.bound(one.quantile()), one.value(), metric.started);
        }
      }
      case HISTOGRAM, GAUGEHISTOGRAM -> {
        if (metric.histogram == null) {
          throw new ExpositionException(
              "no histogram in a metric of type %s".formatted(type.text()));
        }
        histogram(metric, metric.histogram);
      }
    }
  }

  private void histogram(Metric metric, ProtoHistogram histogram) throws ExpositionException {
    boolean whole = options.nativeHistograms() && histogram.isNative();
    if (whole) {
      sink.histogram(
          series(metric, "", "", ""),
          histogram.nativeHistogram(type == MetricType.GAUGEHISTOGRAM),
          metric.millis);
      started(histogram.started());
      histogram.nativeExemplars().forEach(this::exemplar);
    }
    if (!whole || (options.alwaysClassic() && histogram.hasClassic())) {
      classic(metric, histogram);
    }
  }

  private void classic(Metric metric, ProtoHistogram histogram) throws ExpositionException {
    sample(metric, "_count", "", "", histogram.count(), histogram.started());
    sample(metric, "_sum", "", "", histogram.sum(), histogram.started());
    boolean whole = false;
    for (var bucket : histogram.classic()) {
      whole |= bucket.bound() == Double.POSITIVE_INFINITY;
      sample(
          metric,
          "_bucket",
          "le",
          FloatText.bound(bucket.bound()),
          bucket.count(),
          histogram.started());
      exemplar(bucket.exemplar());
    }
    if (!whole) {
      sample(metric, "_bucket", "le", "+Inf", histogram.count(), histogram.started());
    }
  }

  private void sample(
      Metric metric, String suffix, String label, String labelValue, double value, long started)
      throws ExpositionException {
    sink.sample(series(metric, suffix, label, labelValue), value, metric.millis);
    started(started);
  }

  private void started(long started) {
    if (options.startTimes() && started != MetricSink.NO_TIMESTAMP) {
      sink.startedAt(started);
    }
  }

  private void exemplar(@Nullable ProtoExemplar exemplar) {
    if (exemplar != null) {
      sink.exemplar(exemplar.labels(), exemplar.value(), exemplar.millis());
    }
  }

  /// The series text, with all names quoted.
  private SeriesText series(Metric metric, String suffix, String label, String labelValue) {
    scratch.reset();
    scratch.write('{');
    quoted(name + suffix);
    for (var pair : metric.labels) {
      pair(pair.name(), pair.value());
    }
    if (!label.isEmpty()) {
      pair(label, labelValue);
    }
    scratch.write('}');
    return series.at(scratch.toByteArray(), 0, scratch.size(), MetricType.UNKNOWN);
  }

  private void pair(String label, String value) {
    scratch.write(',');
    quoted(label);
    scratch.write('=');
    quoted(value);
  }

  private void quoted(String text) {
    scratch.write('"');
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      switch (b) {
        case '"', '\\' -> {
          scratch.write('\\');
          scratch.write(b);
        }
        case '\n' -> {
          scratch.write('\\');
          scratch.write('n');
        }
        default -> scratch.write(b);
      }
    }
    scratch.write('"');
  }
}
