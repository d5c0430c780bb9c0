package dev.gori.metrics.remote.receiver;

import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import io.airlift.compress.v3.MalformedInputException;
import io.airlift.compress.v3.snappy.SnappyJavaDecompressor;

/// Decompresses bodies in snappy's block format.
final class Packed {

  /// Limit on the uncompressed size.
  private static final int LONGEST = 64 << 20;

  private Packed() {}

  static byte[] unpacked(byte[] packed) {
    var snappy = new SnappyJavaDecompressor();
    try {
      int length = snappy.getUncompressedLength(packed, 0);
      if (length < 0 || length > LONGEST) {
        throw new FaultException(
            Fault.TOO_LARGE,
            "%d bytes uncompressed (expected: at most %d)".formatted(length, LONGEST));
      }
      var out = new byte[length];
      int read = snappy.decompress(packed, 0, packed.length, out, 0, length);
      if (read != length) {
        throw FaultException.badRequest(
            "snappy: %d bytes (expected: %d, as its head says)".formatted(read, length));
      }
      return out;
    } catch (MalformedInputException | IndexOutOfBoundsException | IllegalArgumentException e) {
      throw new FaultException(
          Fault.BAD_REQUEST, "the body is not a valid snappy block: " + e.getMessage(), e);
    }
  }
}
