package dev.gori.tsdb;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32C;

/// A growing byte array with variable-width integers (LEB128) and length-prefixed strings.
final class ByteWriter {

  private byte[] bytes = new byte[256];
  private int size;

  private void room(int more) {
    if (size + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
    }
  }

  ByteWriter u8(int value) {
    room(1);
    bytes[size++] = (byte) value;
    return this;
  }

  ByteWriter u32(int value) {
    return u8(value).u8(value >>> 8).u8(value >>> 16).u8(value >>> 24);
  }

  ByteWriter u64(long value) {
    return u32((int) value).u32((int) (value >>> 32));
  }

  ByteWriter number(long value) {
    room(10);
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      bytes[size++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    bytes[size++] = (byte) rest;
    return this;
  }

  /// Writes a signed integer, zigzag-encoded.
  ByteWriter signed(long value) {
    return number((value << 1) ^ (value >> 63));
  }

  ByteWriter text(String value) {
    var utf8 = value.getBytes(StandardCharsets.UTF_8);
    return number(utf8.length).raw(utf8);
  }

  ByteWriter raw(byte[] value) {
    room(value.length);
    System.arraycopy(value, 0, bytes, size, value.length);
    size += value.length;
    return this;
  }

  int size() {
    return size;
  }

  void clear() {
    size = 0;
  }

  byte[] toBytes() {
    return Arrays.copyOf(bytes, size);
  }

  ByteBuffer buffer() {
    return ByteBuffer.wrap(bytes, 0, size);
  }

  static int checksum(byte[] bytes) {
    var crc = new CRC32C();
    crc.update(bytes);
    return (int) crc.getValue();
  }
}
