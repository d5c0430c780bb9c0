package dev.gori.metrics.scrape;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.zip.GZIPInputStream;

/// A packed body that must end where its last part ends: the platform's reader passes over what
/// comes after it.
final class StrictGzipInputStream extends GZIPInputStream {

  /// What follows the packed bytes of a part.
  private static final int TRAILER = 8;

  private static final int BUFFER = 8192;

  StrictGzipInputStream(byte[] packed) throws IOException {
    super(new ByteArrayInputStream(packed), BUFFER);
  }

  @Override
  public int read(byte[] to, int from, int length) throws IOException {
    int read = super.read(to, from, length);
    if (read < 0 && (inf.getRemaining() > TRAILER || in.available() > 0)) {
      throw new IOException("bytes after its end");
    }
    return read;
  }
}
