package dev.gori.metrics.remote;

import java.util.Arrays;
import io.airlift.compress.v3.snappy.SnappyJavaCompressor;
import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import io.airlift.compress.v3.MalformedInputException;
import io.airlift.compress.v3.snappy.SnappyJavaDecompressor;

/// Bodies in snappy's block format, as remote write and remote read have them.
public final class SnappyBlock {

  private SnappyBlock() {}

  /// Compresses a message.
  public static byte[] compress(byte[] message) {
    var snappy = new SnappyJavaCompressor();
    var out = new byte[snappy.maxCompressedLength(message.length)];
    return Arrays.copyOf(out, snappy.compress(message, 0, message.length, out, 0, out.length));
  }

  /// Decompresses a body.
  ///
  /// @param limit on the uncompressed bytes
  /// @throws FaultException TOO_LARGE beyond the limit; BAD_REQUEST if the body is not a snappy block
  public static byte[] decompress(byte[] body, int limit) {
    var snappy = new SnappyJavaDecompressor();
    try {
      int length = snappy.getUncompressedLength(body, 0);
      if (length < 0 || length > limit) {
        throw new FaultException(
            Fault.TOO_LARGE,
            "%d bytes uncompressed (expected: at most %d)".formatted(length, limit));
      }
      var out = new byte[length];
      int read = snappy.decompress(body, 0, body.length, out, 0, length);
      if (read != length) {
        throw FaultException.badRequest(
            "snappy: %d bytes (expected: %d, as its header says)".formatted(read, length));
      }
      return out;
    } catch (MalformedInputException | IndexOutOfBoundsException | IllegalArgumentException e) {
      throw new FaultException(
          Fault.BAD_REQUEST, "the body is not a valid snappy block: " + e.getMessage(), e);
    }
  }
}
