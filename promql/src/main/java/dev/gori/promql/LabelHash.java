package dev.gori.promql;

import dev.gori.kernel.label.Labels;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/// Prometheus's hash of a label set (xxHash64 over names and values, each after its length), so
/// that `limit_ratio` selects the same series.
final class LabelHash {

  private static final long P1 = 0x9E3779B185EBCA87L;
  private static final long P2 = 0xC2B2AE3D27D4EB4FL;
  private static final long P3 = 0x165667B19E3779F9L;
  private static final long P4 = 0x85EBCA77C2B2AE63L;
  private static final long P5 = 0x27D4EB2F165667C5L;

  private LabelHash() {}

  /// The hash as a number from 0 to 1.
  static double fraction(Labels labels) {
    var bytes = new ByteArrayOutputStream();
    labels.forEach(
        (name, value) -> {
          add(name, bytes);
          add(value, bytes);
        });
    long hash = xxHash64(ByteBuffer.wrap(bytes.toByteArray()).order(ByteOrder.LITTLE_ENDIAN));
    double unsigned = (hash >>> 1) * 2.0 + (hash & 1);
    return unsigned / 0x1p64;
  }

  private static void add(String text, ByteArrayOutputStream to) {
    var utf8 = text.getBytes(StandardCharsets.UTF_8);
    if (utf8.length < 255) {
      to.write(utf8.length);
    } else {
      to.write(255);
      to.write(utf8.length);
      to.write(utf8.length >> 8);
      to.write(utf8.length >> 16);
    }
    to.writeBytes(utf8);
  }

  static long xxHash64(ByteBuffer data) {
    long length = data.remaining();
    long hash = data.remaining() >= 32 ? stripes(data) : P5;
    hash += length;
    while (data.remaining() >= 8) {
      hash ^= round(0, data.getLong());
      hash = Long.rotateLeft(hash, 27) * P1 + P4;
    }
    if (data.remaining() >= 4) {
      hash ^= (data.getInt() & 0xffffffffL) * P1;
      hash = Long.rotateLeft(hash, 23) * P2 + P3;
    }
    while (data.hasRemaining()) {
      hash ^= (data.get() & 0xff) * P5;
      hash = Long.rotateLeft(hash, 11) * P1;
    }
    hash = (hash ^ (hash >>> 33)) * P2;
    hash = (hash ^ (hash >>> 29)) * P3;
    return hash ^ (hash >>> 32);
  }

  private static long stripes(ByteBuffer data) {
    long[] v = {0x60EA27EEADC0B5D6L, P2, 0, -P1};
    while (data.remaining() >= 32) {
      for (int i = 0; i < 4; i++) {
        v[i] = round(v[i], data.getLong());
      }
    }
    long hash =
        Long.rotateLeft(v[0], 1)
            + Long.rotateLeft(v[1], 7)
            + Long.rotateLeft(v[2], 12)
            + Long.rotateLeft(v[3], 18);
    for (long each : v) {
      hash = (hash ^ round(0, each)) * P1 + P4;
    }
    return hash;
  }

  private static long round(long accumulator, long input) {
    return Long.rotateLeft(accumulator + input * P2, 31) * P1;
  }
}
