package dev.gori.tsdb;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/// Bit streams, most significant bit first, with the variable-width integers of the chunk
/// encodings.
final class Bits {

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private Bits() {}

  /*
   * Signed integers have a width class. Small classes have short prefixes, since most
   * deltas of deltas are small:
   *   0                      zero
   *   10     + 4 bits        -8 … 7
   *   110    + 7 bits        -64 … 63
   *   1110   + 12 bits       -2048 … 2047
   *   11110  + 20 bits       -2^19 … 2^19-1
   *   111110 + 32 bits       -2^31 … 2^31-1
   *   111111 + 64 bits       everything
   */
  private static final int[] WIDTHS = {4, 7, 12, 20, 32, 64};

  /// An append-only bit stream. Written bits never change, so a reader that has the array and the
  /// sample count may read while the writer appends.
  static class Writer {
    private byte[] bytes;
    private int bits;

    Writer(int capacity) {
      bytes = new byte[capacity];
    }

    /// Writes the low `count` bits of a value.
    void write(long value, int count) {
      if (count > 32) {
        writePart(value >>> 32, count - 32);
        writePart(value, 32);
      } else {
        writePart(value, count);
      }
    }

    private void writePart(long value, int count) {
      int at = bits >>> 3;
      if (at + 8 > bytes.length) {
        bytes = Arrays.copyOf(bytes, bytes.length + Math.max(16, bytes.length / 2));
      }
      long low = value & ((1L << count) - 1);
      long placed = low << (64 - count - (bits & 7));
      LONG.set(bytes, at, (long) LONG.get(bytes, at) | placed);
      bits += count;
    }

    void signed(long value) {
      if (value == 0) {
        write(0, 1);
        return;
      }
      int ones = 1;
      for (int width : WIDTHS) {
        if (width == 64) {
          write(0b111111, 6);
          write(value, 64);
          return;
        }
        if (value >= -(1L << (width - 1)) && value < 1L << (width - 1)) {
          write(
              (((1L << (ones + 1)) - 2) << width) | (value & ((1L << width) - 1)),
              ones + 1 + width); // `ones` ones and a zero
          return;
        }
        ones++;
      }
    }

    /// A copy of the written bytes.
    byte[] toBytes() {
      return Arrays.copyOf(bytes, size());
    }

    /// The backing array, which is longer than what is written.
    byte[] sharedBytes() {
      return bytes;
    }

    int size() {
      return (bits + 7) >>> 3;
    }

    int capacity() {
      return bytes.length;
    }
  }

  static final class Reader {
    private final byte[] bytes;
    private int at;

    Reader(byte[] bytes) {
      this.bytes = bytes;
    }

    long read(int count) {
      if (count > 56) {
        return (read(count - 32) << 32) | read(32);
      }
      if (at + count > bytes.length << 3) {
        throw new CorruptionException(
            "chunk ends after %d bits (expected: %d more)".formatted(bytes.length << 3, count));
      }
      int first = at >>> 3;
      if (first + 8 <= bytes.length) {
        long word = (long) LONG.get(bytes, first) << (at & 7);
        at += count;
        return count == 0 ? 0 : word >>> (64 - count);
      }
      return readNearEnd(count);
    }

    private long readNearEnd(int count) {
      long value = 0;
      int left = count;
      while (left > 0) {
        int free = 8 - (at & 7);
        int take = Math.min(free, left);
        int part = ((bytes[at >>> 3] & 0xff) >>> (free - take)) & ((1 << take) - 1);
        value = (value << take) | part;
        at += take;
        left -= take;
      }
      return value;
    }

    int bitsLeft() {
      return (bytes.length << 3) - at;
    }

    boolean bit() {
      int index = at >>> 3;
      if (index >= bytes.length) {
        throw new CorruptionException(
            "chunk ends after %d bits (expected: more)".formatted(bytes.length << 3));
      }
      boolean set = (bytes[index] & (0x80 >>> (at & 7))) != 0;
      at++;
      return set;
    }

    long signed() {
      if (!bit()) {
        return 0;
      }
      int kind = 0;
      while (kind < 5 && bit()) {
        kind++;
      }
      int width = WIDTHS[kind];
      return (read(width) << (64 - width)) >> (64 - width);
    }
  }
}
