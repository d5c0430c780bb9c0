package dev.gori.http;

import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import dev.gori.kernel.id.Bytes;
import io.airlift.compress.v3.MalformedInputException;
import io.airlift.compress.v3.snappy.SnappyJavaDecompressor;
import io.airlift.compress.v3.zstd.ZstdJavaDecompressor;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

/// A content coding of request bodies (RFC 9110, section 8.4.1) that the server can decode.
public enum ContentCoding {
  GZIP,
  ZSTD,
  /// Snappy's block format, which remote write and Loki's push use.
  SNAPPY;

  /// @param name as in `Content-Encoding`
  /// @return empty for a name that is none of these, also for several
  static Optional<ContentCoding> of(String name) {
    return switch (name.strip().toLowerCase(Locale.ROOT)) {
      case "gzip", "x-gzip" -> Optional.of(GZIP);
      case "zstd" -> Optional.of(ZSTD);
      case "snappy" -> Optional.of(SNAPPY);
      default -> Optional.empty();
    };
  }

  static boolean isIdentity(String name) {
    return name.isBlank() || name.strip().equalsIgnoreCase("identity");
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// Decodes a whole body.
  ///
  /// @throws FaultException BAD_REQUEST when it is not in this coding, TOO_LARGE when the decoded
  ///   body is longer than the limit
  public byte[] decode(byte[] encoded, Bytes limit) {
    return decode(encoded, BodyLimit.of(limit));
  }

  byte[] decode(byte[] encoded, BodyLimit limit) {
    try {
      return switch (this) {
        case GZIP -> gzip(encoded, limit);
        case ZSTD -> zstd(encoded, limit);
        case SNAPPY -> snappy(encoded, limit);
      };
    } catch (IOException
        | MalformedInputException
        | IndexOutOfBoundsException
        | IllegalArgumentException e) {
      throw malformed(e);
    }
  }

  private static byte[] gzip(byte[] encoded, BodyLimit limit) throws IOException {
    var decoded = new ByteArrayOutputStream(8 << 10);
    var block = new byte[8 << 10];
    try (var in = new GZIPInputStream(new ByteArrayInputStream(encoded))) {
      for (int count = in.read(block); count >= 0; count = in.read(block)) {
        limit.reserve(decoded.size() + count);
        decoded.write(block, 0, count);
      }
    }
    return decoded.toByteArray();
  }

  /// Not by the library's stream: its buffer is as large as the frame says, up to 20 MiB for a
  /// request of a few bytes.
  private static byte[] zstd(byte[] encoded, BodyLimit limit) {
    var zstd = new ZstdJavaDecompressor();
    long declared = zstd.getDecompressedSize(encoded, 0, encoded.length);
    long size =
        declared >= 0 ? declared : Math.min(limit.most(), Math.max(1024, 8L * encoded.length));
    while (true) {
      limit.reserve(size);
      var decoded = new byte[(int) size];
      try {
        int count = zstd.decompress(encoded, 0, encoded.length, decoded, 0, decoded.length);
        return count == size ? decoded : Arrays.copyOf(decoded, count);
      } catch (MalformedInputException e) {
        if (!String.valueOf(e.getMessage()).contains("Output buffer too small")) {
          throw e;
        }
        size = size < limit.most() ? Math.min(limit.most(), 4 * size + 1) : size + 1;
      }
    }
  }

  private static byte[] snappy(byte[] block, BodyLimit limit) throws IOException {
    var snappy = new SnappyJavaDecompressor();
    int size = snappy.getUncompressedLength(block, 0);
    if (size < 0) {
      throw limit.exceeded("more than 2 GiB");
    }
    limit.reserve(size);
    var decoded = new byte[size];
    int count = snappy.decompress(block, 0, block.length, decoded, 0, size);
    if (count != size) {
      throw new IOException("%d bytes (expected: %d, as its head says)".formatted(count, size));
    }
    return decoded;
  }

  private FaultException malformed(Exception e) {
    return new FaultException(
        Fault.BAD_REQUEST, "body: malformed %s: %s".formatted(this, e.getMessage()), e);
  }
}
