package dev.gori.metrics.remote.receiver;

import com.google.protobuf.CodedOutputStream;
import io.airlift.compress.v3.snappy.SnappyJavaCompressor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/// Builds the messages of remote write.
final class WriteRequests {

  interface Fields {
    void write(CodedOutputStream out) throws IOException;
  }

  private WriteRequests() {}

  static byte[] message(Fields fields) {
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

  static byte[] packed(byte[] message) {
    var snappy = new SnappyJavaCompressor();
    var out = new byte[snappy.maxCompressedLength(message.length)];
    return Arrays.copyOf(out, snappy.compress(message, 0, message.length, out, 0, out.length));
  }

  /// A request of version 1.0.
  static byte[] request(byte[]... series) {
    return packed(
        message(
            out -> {
              for (var one : series) {
                out.writeByteArray(1, one);
              }
            }));
  }

  /// A series of version 1.0 with one sample.
  ///
  /// @param labels names and values, alternating
  static byte[] series(long millis, double value, String... labels) {
    return message(
        out -> {
          labels(out, labels);
          out.writeByteArray(2, sample(millis, value));
        });
  }

  static void labels(CodedOutputStream out, String... labels) throws IOException {
    for (int i = 0; i < labels.length; i += 2) {
      int at = i;
      out.writeByteArray(
          1,
          message(
              label -> {
                label.writeString(1, labels[at]);
                label.writeString(2, labels[at + 1]);
              }));
    }
  }

  static byte[] sample(long millis, double value) {
    return message(
        sample -> {
          sample.writeDouble(1, value);
          sample.writeInt64(2, millis);
        });
  }

  /// An integer histogram with schema 1: 1 observation at zero, buckets 1, 2 and 5 with 3, 1 and 2
  /// observations.
  static byte[] histogram(long millis) {
    return message(
        out -> {
          out.writeUInt64(1, 7);
          out.writeDouble(3, 12.5);
          out.writeSInt32(4, 1);
          out.writeDouble(5, 0.001);
          out.writeUInt64(6, 1);
          out.writeByteArray(11, span(1, 2));
          out.writeByteArray(11, span(2, 1));
          out.writeByteArray(
              12,
              message(
                  deltas -> {
                    deltas.writeSInt64NoTag(3);
                    deltas.writeSInt64NoTag(-2);
                    deltas.writeSInt64NoTag(1);
                  }));
          out.writeInt64(15, millis);
        });
  }

  static byte[] span(int offset, int length) {
    return message(
        span -> {
          span.writeSInt32(1, offset);
          span.writeUInt32(2, length);
        });
  }

  /// Builds a request of version 2.0 with its symbol table.
  static final class Second {
    private final Map<String, Integer> symbols = new TreeMap<>(Map.of("", 0));
    private final ByteArrayOutputStream series = new ByteArrayOutputStream();

    private int symbol(String text) {
      return symbols.computeIfAbsent(text, _ -> symbols.size());
    }

    byte[] references(String... texts) {
      return message(
          out -> {
            for (var text : texts) {
              out.writeUInt32NoTag(symbol(text));
            }
          });
    }

    Second add(Fields fields) {
      var one = message(fields);
      series.writeBytes(message(out -> out.writeByteArray(5, one)));
      return this;
    }

    byte[] packedRequest() {
      var table = new String[symbols.size()];
      symbols.forEach((text, place) -> table[place] = text);
      var head =
          message(
              out -> {
                for (var text : table) {
                  out.writeString(4, text);
                }
              });
      var whole = Arrays.copyOf(head, head.length + series.size());
      System.arraycopy(series.toByteArray(), 0, whole, head.length, series.size());
      return packed(whole);
    }
  }
}
