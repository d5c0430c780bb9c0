package dev.gori.http;

import io.helidon.http.HeaderNames;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Locale;
import java.util.zip.GZIPOutputStream;

/// Packs the bodies of answers with gzip for those who say in `Accept-Encoding` that they unpack
/// it.
public final class GzipFilter {

  /// Below this packing costs more than it saves.
  private static final int SMALLEST = 1024;

  private GzipFilter() {}

  /// The handler with its answers packed.
  public static Handler around(Handler handler) {
    return request -> packed(handler.handle(request), request.header("Accept-Encoding").orElse(""));
  }

  static Response packed(Response reply, String accepts) throws IOException {
    boolean small = reply.stream() == null && reply.body().length < SMALLEST;
    if (small || isPacked(reply)) {
      return reply;
    }
    return weight(accepts) > 0 ? packed(reply) : reply.header("Vary", "Accept-Encoding");
  }

  private static boolean isPacked(Response reply) {
    return reply.headers().stream()
        .anyMatch(line -> line.header().headerName().equals(HeaderNames.CONTENT_ENCODING));
  }

  /// How much gzip is wanted, 0 for not at all.
  private static double weight(String accepts) {
    double any = 0;
    for (var one : accepts.toLowerCase(Locale.ROOT).split(",")) {
      var parts = one.split(";");
      var name = parts[0].strip();
      if (name.equals("gzip") || name.equals("*")) {
        double wanted = parts.length > 1 ? quality(parts[1].strip()) : 1;
        if (name.equals("gzip")) {
          return wanted;
        }
        any = wanted;
      }
    }
    return any;
  }

  private static double quality(String text) {
    try {
      return text.startsWith("q=") ? Double.parseDouble(text.substring(2)) : 1;
    } catch (NumberFormatException _) {
      return 0;
    }
  }

  private static Response packed(Response reply) throws IOException {
    var stream = reply.stream();
    var packed =
        stream == null
            ? Response.bytes(reply.status(), gzip(reply.body()))
            : Response.stream(out -> gzip(stream, out));
    reply.headers().forEach(packed::header);
    return packed.header("Content-Encoding", "gzip").header("Vary", "Accept-Encoding");
  }

  private static byte[] gzip(byte[] body) throws IOException {
    var out = new ByteArrayOutputStream(body.length / 4);
    gzip(to -> to.write(body), out);
    return out.toByteArray();
  }

  private static void gzip(StreamBody body, OutputStream out) throws IOException {
    try (var gzip = new GZIPOutputStream(out, 8192)) {
      body.writeTo(gzip);
    }
  }
}
