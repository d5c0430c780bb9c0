package dev.gori.logs.store;

import dev.gori.kernel.label.Labels;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/// Encodes numbers, strings, labels and entries, in the same way in the journal and in segments.
final class Encoding {

  private Encoding() {}

  /// Unsigned LEB128: seven bits a byte, lowest first; the eighth bit is set when another byte
  /// follows.
  static void uvarint(ByteArrayOutputStream out, long value) {
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      out.write((int) (rest & 0x7F | 0x80));
      rest >>>= 7;
    }
    out.write((int) rest);
  }

  static long uvarint(ByteBuffer in) {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      byte next = in.get();
      value |= (next & 0x7FL) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw new BufferUnderflowException();
  }

  /// A signed number in zigzag encoding, so that numbers near zero take few bytes.
  static void varint(ByteArrayOutputStream out, long value) {
    uvarint(out, value << 1 ^ value >> 63);
  }

  static long varint(ByteBuffer in) {
    long value = uvarint(in);
    return value >>> 1 ^ -(value & 1);
  }

  static void string(ByteArrayOutputStream out, String text) {
    var bytes = text.getBytes(StandardCharsets.UTF_8);
    uvarint(out, bytes.length);
    out.writeBytes(bytes);
  }

  static String string(ByteBuffer in) {
    int length = length(in);
    var text =
        new String(in.array(), in.arrayOffset() + in.position(), length, StandardCharsets.UTF_8);
    in.position(in.position() + length);
    return text;
  }

  private static int length(ByteBuffer in) {
    long length = uvarint(in);
    if (length < 0 || length > in.remaining()) {
      throw new BufferUnderflowException();
    }
    return (int) length;
  }

  static void labels(ByteArrayOutputStream out, Labels labels) {
    uvarint(out, labels.size());
    labels.forEach(
        (name, value) -> {
          string(out, name);
          string(out, value);
        });
  }

  static Labels labels(ByteBuffer in) {
    int size = length(in);
    if (size == 0) {
      return Labels.EMPTY;
    }
    var labels = new TreeMap<String, String>();
    for (int i = 0; i < size; i++) {
      labels.put(string(in), string(in));
    }
    return Labels.of(labels);
  }

  /// Encodes entries in order; each timestamp as the difference from the previous one.
  static void entries(ByteArrayOutputStream out, List<LogEntry> entries) {
    uvarint(out, entries.size());
    long last = 0;
    for (var entry : entries) {
      varint(out, entry.nanos() - last);
      last = entry.nanos();
      string(out, entry.line());
      labels(out, entry.metadata());
    }
  }

  static List<LogEntry> entries(ByteBuffer in) {
    int count = length(in);
    var entries = new ArrayList<LogEntry>(count);
    long last = 0;
    for (int i = 0; i < count; i++) {
      last += varint(in);
      entries.add(new LogEntry(last, string(in), labels(in)));
    }
    return entries;
  }

  static int checksum(byte[] bytes, int offset, int length) {
    var crc = new CRC32C();
    crc.update(bytes, offset, length);
    return (int) crc.getValue();
  }

  /// Bytes that are not what the store wrote.
  static final class DamagedException extends IOException {
    private static final long serialVersionUID = 1L;

    DamagedException(String message) {
      super(message);
    }
  }
}
