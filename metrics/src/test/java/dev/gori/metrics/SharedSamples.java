package dev.gori.metrics;

import com.google.protobuf.CodedOutputStream;
import dev.gori.kernel.label.Labels;
import dev.gori.kernel.sample.Sample;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/// Samples that are pushed to a real Prometheus and to Gori.
final class SharedSamples {

  private SharedSamples() {}

  /// Native histograms with the same timestamps, with exponential and with custom buckets.
  static List<RealPrometheus.Pushed> histogramsUpTo(long now) {
    int n = 20;
    var exponential = new ArrayList<byte[]>();
    var custom = new ArrayList<byte[]>();
    for (int i = 0; i < n; i++) {
      long at = now - (n - 1 - i) * 15_000L;
      exponential.add(exponential(at, i));
      custom.add(custom(at, i));
    }
    return List.of(
        new RealPrometheus.Pushed(
            Labels.of("__name__", "native", "job", "j"), new long[0], new double[0], exponential),
        new RealPrometheus.Pushed(
            Labels.of("__name__", "custom", "job", "j"), new long[0], new double[0], custom));
  }

  private static byte[] exponential(long millis, int i) {
    return message(
        out -> {
          out.writeUInt64(1, 9 + 5L * i - i % 2);
          out.writeDouble(3, 12.5 + i);
          out.writeSInt32(4, 1);
          out.writeDouble(5, 0.001);
          out.writeUInt64(6, 1 + i);
          out.writeByteArray(8, span(0, 1));
          out.writeByteArray(9, deltas(2 + i));
          out.writeByteArray(11, span(1, 2));
          out.writeByteArray(11, span(2, 1));
          out.writeByteArray(12, deltas(3 + i, -2, 1 - (i % 2)));
          out.writeInt64(15, millis);
        });
  }

  private static byte[] custom(long millis, int i) {
    return message(
        out -> {
          out.writeUInt64(1, 4 + 2L * i);
          out.writeDouble(3, 5 + i);
          out.writeSInt32(4, -53);
          out.writeByteArray(11, span(0, 2));
          out.writeByteArray(12, deltas(1 + i, 2));
          out.writeInt64(15, millis);
          out.writeByteArray(
              16,
              message(
                  bounds -> {
                    bounds.writeDoubleNoTag(0.5);
                    bounds.writeDoubleNoTag(2);
                  }));
        });
  }

  private interface Fields {
    void write(CodedOutputStream out) throws IOException;
  }

  private static byte[] message(Fields fields) {
    try {
      var bytes = new ByteArrayOutputStream();
      var out = CodedOutputStream.newInstance(bytes);
      fields.write(out);
      out.flush();
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] span(int offset, int length) {
    return message(
        span -> {
          span.writeSInt32(1, offset);
          span.writeUInt32(2, length);
        });
  }

  private static byte[] deltas(long... deltas) {
    return message(
        out -> {
          for (long delta : deltas) {
            out.writeSInt64NoTag(delta);
          }
        });
  }

  /// Five minutes of samples every 15 seconds, up to now.
  static List<RealPrometheus.Pushed> upTo(long now) {
    int n = 20;
    var all = new ArrayList<RealPrometheus.Pushed>();
    for (var labels :
        List.of(
            Labels.of("__name__", "requests_total", "instance", "h:1", "path", "/a"),
            Labels.of("__name__", "requests_total", "instance", "h:1", "path", "/b"),
            Labels.of(
                "__name__", "requests_total", "instance", "h:2", "path", "/a \"quoted\" \\ <ü>\n"),
            Labels.of("__name__", "dotted.name", "a.b", "c", "zone", "z"),
            Labels.of("__name__", "up", "job", "j"),
            Labels.of("__name__", "gone", "job", "j"),
            Labels.of("__name__", "latency_bucket", "le", "0.1"),
            Labels.of("__name__", "latency_bucket", "le", "1"),
            Labels.of("__name__", "latency_bucket", "le", "+Inf"),
            Labels.of("__name__", "odd", "v", "nan"),
            Labels.of("__name__", "odd", "v", "inf"),
            Labels.of("__name__", "odd", "v", "small"))) {
      var millis = new long[n];
      var values = new double[n];
      for (int i = 0; i < n; i++) {
        millis[i] = now - (n - 1 - i) * 15_000L;
        values[i] =
            switch (labels.metric() + labels.get("v")) {
              case "up" -> 1;
              case "gone" -> i == n - 1 ? Sample.STALE : i;
              case "oddnan" -> Double.NaN;
              case "oddinf" -> i % 2 == 0 ? Double.POSITIVE_INFINITY : Double.NEGATIVE_INFINITY;
              case "oddsmall" -> 1.5e-9 * Math.pow(10, i * 2);
              default -> i * (1 + labels.toString().length() % 7) + 0.125;
            };
      }
      all.add(new RealPrometheus.Pushed(labels, millis, values));
    }
    return all;
  }
}
