package dev.gori.http;

import io.helidon.http.HeaderNames;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;

/// Compresses responses with gzip for clients whose `Accept-Encoding` has it. Bodies below 1 KiB,
/// and media types that are compressed already or may be, such as images and artifacts, stay as
/// they are.
final class CompressionFilter implements Filter {

  /// Below this number of bytes compressing costs more than it saves.
  private static final int SMALLEST = 1024;

  private static final Pattern COMPRESSIBLE =
      Pattern.compile(
          "text/.*|application/((.*\\+)?(json|xml|yaml)|x-ndjson|x-yaml|javascript|openmetrics-text|x-protobuf|vnd\\.google\\.protobuf)|image/svg\\+xml");

  @Override
  public Response filter(Request request, Handler next) throws Exception {
    var response = next.handle(request);
    boolean isSmall = response.stream() == null && response.body().length < SMALLEST;
    if (isSmall || !isCompressible(response)) {
      return response;
    }
    return isAccepted(request.header("Accept-Encoding").orElse(""))
        ? compressed(response)
        : response.header("Vary", "Accept-Encoding");
  }

  private static boolean isCompressible(Response response) {
    boolean isText = false;
    for (var line : response.headers()) {
      var name = line.header().headerName();
      if (name.equals(HeaderNames.CONTENT_ENCODING)) {
        return false;
      }
      if (name.equals(HeaderNames.CONTENT_TYPE)) {
        isText = COMPRESSIBLE.matcher(mediaType(line.header().get())).matches();
      }
    }
    return isText;
  }

  private static String mediaType(String contentType) {
    int end = contentType.indexOf(';');
    return (end < 0 ? contentType : contentType.substring(0, end)).strip();
  }

  /// Whether the header accepts gzip, by RFC 9110, section 12.5.3.
  private static boolean isAccepted(String header) {
    boolean isAnyAccepted = false;
    for (var item : header.toLowerCase(Locale.ROOT).split(",")) {
      var parts = item.split(";");
      var name = parts[0].strip();
      boolean isAccepted = parts.length == 1 || weight(parts[1].strip()) > 0;
      if (name.equals("gzip")) {
        return isAccepted;
      }
      isAnyAccepted |= name.equals("*") && isAccepted;
    }
    return isAnyAccepted;
  }

  private static double weight(String parameter) {
    try {
      return parameter.startsWith("q=") ? Double.parseDouble(parameter.substring(2)) : 1;
    } catch (NumberFormatException _) {
      return 0;
    }
  }

  private static Response compressed(Response response) throws IOException {
    var stream = response.stream();
    var compressed =
        stream == null
            ? response.with(gzip(response.body()))
            : response.with(out -> gzip(stream, out));
    return compressed.header("Content-Encoding", "gzip").header("Vary", "Accept-Encoding");
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
