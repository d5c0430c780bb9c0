package dev.gori.tsdb;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/// Reads what a {@link ByteWriter} wrote; bytes that end too soon or make no sense are damage,
/// never an index out of range.
final class ByteReader {

  private final ByteBuffer bytes;

  ByteReader(ByteBuffer bytes) {
    this.bytes = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
  }

  boolean hasMore() {
    return bytes.hasRemaining();
  }

  int position() {
    return bytes.position();
  }

  void position(int at) {
    if (at < 0 || at > bytes.limit()) {
      throw new CorruptionException("place %d of %d bytes".formatted(at, bytes.limit()));
    }
    bytes.position(at);
  }

  int u8() {
    try {
      return bytes.get() & 0xff;
    } catch (BufferUnderflowException e) {
      throw tooShort(e);
    }
  }

  int u32() {
    try {
      return bytes.getInt();
    } catch (BufferUnderflowException e) {
      throw tooShort(e);
    }
  }

  long u64() {
    try {
      return bytes.getLong();
    } catch (BufferUnderflowException e) {
      throw tooShort(e);
    }
  }

  long number() {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      int next = u8();
      value |= (long) (next & 0x7f) << shift;
      if (next < 0x80) {
        return value;
      }
    }
    throw new CorruptionException("number of more than ten bytes at " + bytes.position());
  }

  int count() {
    long value = number();
    if (value < 0 || value > Integer.MAX_VALUE) {
      throw new CorruptionException("count: %d (expected: 0 to 2147483647)".formatted(value));
    }
    return (int) value;
  }

  /// A count of things that take at least so many bytes each.
  int countOf(int leastBytes) {
    int count = count();
    if ((long) count * leastBytes > bytes.remaining()) {
      throw new CorruptionException(
          "%d things of %d bytes or more in %d bytes"
              .formatted(count, leastBytes, bytes.remaining()));
    }
    return count;
  }

  long signed() {
    long value = number();
    return (value >>> 1) ^ -(value & 1);
  }

  String text() {
    return new String(raw(count()), StandardCharsets.UTF_8);
  }

  byte[] raw(int length) {
    if (length > bytes.remaining()) {
      throw new CorruptionException(
          "%d bytes left (expected: %d)".formatted(bytes.remaining(), length));
    }
    var raw = new byte[length];
    bytes.get(raw);
    return raw;
  }

  ByteBuffer slice(int length) {
    if (length > bytes.remaining()) {
      throw new CorruptionException(
          "%d bytes left (expected: %d)".formatted(bytes.remaining(), length));
    }
    var part = bytes.slice(bytes.position(), length);
    bytes.position(bytes.position() + length);
    return part;
  }

  private static CorruptionException tooShort(BufferUnderflowException e) {
    return new CorruptionException("the bytes end too soon", e);
  }
}
