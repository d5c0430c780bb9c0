package dev.gori.http;

import io.helidon.http.encoding.ContentDecoder;
import io.helidon.http.encoding.ContentEncoder;
import io.helidon.http.encoding.ContentEncoding;
import java.util.Set;

/// Lets packed request bodies through as they are: how one is unpacked, and how large it may
/// become, is its handler's matter. Without this the library answers every request with a
/// `Content-Encoding` with 400.
final class CompressedBodies implements ContentEncoding {

  @Override
  public Set<String> ids() {
    return Set.of("snappy", "gzip", "x-gzip", "deflate", "zstd", "br");
  }

  @Override
  public boolean supportsDecoding() {
    return true;
  }

  @Override
  public ContentDecoder decoder() {
    return ContentDecoder.NO_OP;
  }

  @Override
  public boolean supportsEncoding() {
    return false;
  }

  @Override
  public ContentEncoder encoder() {
    return ContentEncoder.NO_OP;
  }

  @Override
  public String name() {
    return "packed";
  }

  @Override
  public String type() {
    return "packed";
  }
}
