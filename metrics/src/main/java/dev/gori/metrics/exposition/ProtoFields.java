package dev.gori.metrics.exposition;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;

/// Decoding helpers for `io.prometheus.client` messages.
final class ProtoFields {

  /// Reads all fields of a message.
  @FunctionalInterface
  interface Reading<T> {
    T read(CodedInputStream in) throws IOException, ExpositionException;
  }

  @FunctionalInterface
  interface Taking {
    void take(CodedInputStream in) throws IOException, ExpositionException;
  }

  @FunctionalInterface
  interface Step {
    void run() throws IOException;
  }

  record Label(String name, String value) {}

  private ProtoFields() {}

  /// Reads an embedded message.
  static <T> T message(CodedInputStream in, Reading<T> fields)
      throws IOException, ExpositionException {
    int outer = in.pushLimit(in.readRawVarint32());
    var read = fields.read(in);
    in.popLimit(outer);
    return read;
  }

  static void run(CodedInputStream in, Taking fields) throws IOException, ExpositionException {
    int outer = in.pushLimit(in.readRawVarint32());
    fields.take(in);
    in.popLimit(outer);
  }

  /// Reads repeated numbers, packed or not.
  static void numbers(CodedInputStream in, int tag, Step one) throws IOException {
    if (WireFormat.getTagWireType(tag) != WireFormat.WIRETYPE_LENGTH_DELIMITED) {
      one.run();
      return;
    }
    int outer = in.pushLimit(in.readRawVarint32());
    while (in.getBytesUntilLimit() > 0) {
      one.run();
    }
    in.popLimit(outer);
  }

  static double unsigned(long count) {
    return count >= 0 ? count : (count >>> 1) * 2.0;
  }

  static Label label(CodedInputStream in) throws IOException {
    var name = "";
    var value = "";
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case 1 -> name = in.readStringRequireUtf8();
        case 2 -> value = in.readStringRequireUtf8();
        default -> in.skipField(tag);
      }
    }
    return new Label(name, value);
  }

  /// Reads a `Timestamp` message.
  static long millis(CodedInputStream in) throws IOException, ExpositionException {
    long seconds = 0;
    int nanos = 0;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case 1 -> seconds = in.readInt64();
        case 2 -> nanos = in.readInt32();
        default -> in.skipField(tag);
      }
    }
    if (Math.abs(seconds) > 253_402_300_799L || nanos < 0 || nanos > 999_999_999) {
      throw new ExpositionException(
          "time of %d s and %d ns (expected: a time before the year 10000)"
              .formatted(seconds, nanos));
    }
    return seconds * 1000 + nanos / 1_000_000;
  }
}
