package dev.gori.metrics.scrape;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.zip.GZIPInputStream;

/// Rejects data after the last gzip member; {@link GZIPInputStream} ignores it.
final class StrictGzipInputStream extends GZIPInputStream {

  /// Bytes of a member's trailer: CRC-32 and length.
  private static final int TRAILER = 8;

  private static final int BUFFER = 8192;

  StrictGzipInputStream(byte[] packed) throws IOException {
    super(new ByteArrayInputStream(packed), BUFFER);
  }

  @Override
  public int read(byte[] to, int from, int length) throws IOException {
    int read = super.read(to, from, length);
    if (read < 0 && (inf.getRemaining() > TRAILER || in.available() > 0)) {
      throw new IOException("data after the end");
    }
    return read;
  }
}
