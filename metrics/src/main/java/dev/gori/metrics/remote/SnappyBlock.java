package dev.gori.metrics.remote;

import io.airlift.compress.v3.snappy.SnappyJavaCompressor;
import java.util.Arrays;

/// Bodies in snappy's block format, as remote write and remote read have them.
public final class SnappyBlock {

  private SnappyBlock() {}

  /// Compresses a message.
  public static byte[] compress(byte[] message) {
    var snappy = new SnappyJavaCompressor();
    var out = new byte[snappy.maxCompressedLength(message.length)];
    return Arrays.copyOf(out, snappy.compress(message, 0, message.length, out, 0, out.length));
  }
}
