package dev.gori.tsdb;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/// Reads what {@link ByteWriter} wrote. Truncated or invalid bytes are a {@link
/// CorruptionException}.
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
      throw new CorruptionException("position %d of %d bytes".formatted(at, bytes.limit()));
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
    throw new CorruptionException("integer of more than ten bytes at " + bytes.position());
  }

  int count() {
    long value = number();
    if (value < 0 || value > Integer.MAX_VALUE) {
      throw new CorruptionException("count: %d (expected: 0 to 2147483647)".formatted(value));
    }
    return (int) value;
  }

  /// Reads a count of elements that take at least this many bytes each.
  int countOf(int leastBytes) {
    int count = count();
    if ((long) count * leastBytes > bytes.remaining()) {
      throw new CorruptionException(
          "%d elements of at least %d bytes in %d bytes"
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
    return new CorruptionException("unexpected end of data", e);
  }
}
