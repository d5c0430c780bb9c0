package dev.gori.http;

import dev.gori.base.json.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A response: status, headers, and a body that is at hand or is written as a stream.
public final class Response {

  private static final byte[] NOTHING = new byte[0];
  private static final String JSON = "application/json";
  private static final HeaderLine JSON_TYPE = HeaderLine.of("Content-Type", JSON);

  private final int status;
  private final byte[] body;
  private final @Nullable StreamBody stream;
  private final List<HeaderLine> headers = new ArrayList<>(4);
  private final List<Runnable> whenSent = new ArrayList<>(1);

  private Response(int status, @Nullable String type, byte[] body, @Nullable StreamBody stream) {
    this.status = status;
    this.body = body;
    this.stream = stream;
    if (type != null) {
      header(type.equals(JSON) ? JSON_TYPE : HeaderLine.of("Content-Type", type));
    }
  }

  public static Response json(Object value) {
    return json(200, value);
  }

  public static Response json(int status, Object value) {
    return bytes(status, JSON, Json.write(value));
  }

  public static Response text(int status, String body) {
    return bytes(status, "text/plain; charset=utf-8", body.getBytes(StandardCharsets.UTF_8));
  }

  public static Response html(int status, String body) {
    return bytes(status, "text/html; charset=utf-8", body.getBytes(StandardCharsets.UTF_8));
  }

  public static Response bytes(int status, String type, byte[] body) {
    return new Response(status, type, body, null);
  }

  public static Response stream(String type, StreamBody writer) {
    return new Response(200, type, NOTHING, writer);
  }

  public static Response empty(int status) {
    return new Response(status, null, NOTHING, null);
  }

  public Response header(String name, String value) {
    return header(HeaderLine.of(name, value));
  }

  public Response header(HeaderLine line) {
    headers.add(line);
    return this;
  }

  /// The same response with another body, which is all at hand.
  Response with(byte[] other) {
    return sameHead(new Response(status, null, other, null));
  }

  /// The same response with another body, which is written as a stream.
  Response with(StreamBody other) {
    return sameHead(new Response(status, null, NOTHING, other));
  }

  private Response sameHead(Response to) {
    to.headers.addAll(headers);
    to.whenSent.addAll(whenSent);
    return to;
  }

  /// Runs an action once the response is sent, or sending it has failed. The actions run in the
  /// order in which they were added, on the thread that sent the response.
  public Response whenSent(Runnable action) {
    whenSent.add(action);
    return this;
  }

  void sent() {
    whenSent.forEach(Runnable::run);
  }

  public int status() {
    return status;
  }

  public byte[] body() {
    return body;
  }

  /// Bytes of the body. A stream is written to nowhere to count them.
  long length() throws IOException {
    if (stream == null) {
      return body.length;
    }
    var counter = new Counter();
    stream.writeTo(counter);
    return counter.bytes;
  }

  private static final class Counter extends OutputStream {
    private long bytes;

    @Override
    public void write(int b) {
      bytes++;
    }

    @Override
    public void write(byte[] from, int offset, int length) {
      bytes += length;
    }
  }

  List<HeaderLine> headers() {
    return headers;
  }

  @Nullable StreamBody stream() {
    return stream;
  }
}
