package dev.gori.http;

import dev.gori.http.ScrapeHttpClient.Fetched;
import dev.gori.http.ScrapeHttpClient.TooLongException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The client's end of one HTTP/1.1 connection: sends a request and reads the answer to it. For one
/// thread.
final class Http1Connection implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Http1Connection.class);
  private static final int LONGEST_LINE = 32 << 10;
  private static final int MOST_HEADERS = 200;

  /// The connection ended before the first byte of an answer: a kept one, when the server had
  /// closed it.
  static final class NothingCameException extends IOException {
    private static final long serialVersionUID = 1L;

    NothingCameException(String message) {
      super(message);
    }
  }

  private final Socket socket;
  private byte[] buffer = new byte[2 << 10];
  private int at;
  private int end;
  private long deadline;
  private boolean open = true;

  Http1Connection(Socket socket) {
    this.socket = socket;
  }

  static int millisUntil(long deadline) throws SocketTimeoutException {
    long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
    if (left <= 0) {
      throw new SocketTimeoutException("no whole answer in time");
    }
    return (int) Math.min(left, Integer.MAX_VALUE);
  }

  void send(byte[] request) throws IOException {
    try {
      socket.getOutputStream().write(request);
    } catch (IOException e) {
      throw e instanceof SocketTimeoutException
          ? e
          : new NothingCameException(String.valueOf(e.getMessage()));
    }
  }

  Fetched answer(long until, long limit) throws IOException {
    deadline = until;
    begin();
    var status = line();
    while (status.startsWith("HTTP/1.1 1")) { // something is on its way
      headers();
      status = line();
    }
    int code = code(status);
    var headers = headers();
    var said = headers.getOrDefault("connection", "");
    open =
        status.startsWith("HTTP/1.1")
            ? !said.equalsIgnoreCase("close")
            : said.equalsIgnoreCase("keep-alive");
    return new Fetched(
        code, headers, code == 204 || code == 304 ? new byte[0] : body(headers, limit));
  }

  private void begin() throws IOException {
    try {
      if (fill()) {
        return;
      }
    } catch (SocketException e) {
      throw new NothingCameException(String.valueOf(e.getMessage()));
    }
    throw new NothingCameException("the connection was closed without an answer");
  }

  private static int code(String status) throws IOException {
    if (status.startsWith("HTTP/1.") && status.length() >= 12) {
      try {
        return Integer.parseInt(status.substring(9, 12));
      } catch (NumberFormatException _) {
        // said below
      }
    }
    throw new IOException("'%.40s' (expected: the status line of HTTP/1.1)".formatted(status));
  }

  private Map<String, String> headers() throws IOException {
    var headers = new HashMap<String, String>();
    int count = 0;
    for (var line = line(); !line.isEmpty(); line = line()) {
      int colon = line.indexOf(':');
      if (colon < 1 || ++count > MOST_HEADERS) {
        throw new IOException(
            "header '%.40s' (expected: at most %d of the form 'name: value')"
                .formatted(line, MOST_HEADERS));
      }
      headers.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
    return headers;
  }

  private byte[] body(Map<String, String> headers, long limit) throws IOException {
    if (headers.getOrDefault("transfer-encoding", "").equalsIgnoreCase("chunked")) {
      return chunks(limit);
    }
    var length = headers.get("content-length");
    if (length != null) {
      return exactly(number(length, 10), limit, limit);
    }
    open = false; // it ends with the connection
    return rest(limit);
  }

  private byte[] exactly(long length, long left, long limit) throws IOException {
    if (length > left) {
      throw new TooLongException(limit);
    }
    var body = new byte[(int) length];
    read(body);
    return body;
  }

  private void read(byte[] into) throws IOException {
    int have = Math.min(end - at, into.length);
    System.arraycopy(buffer, at, into, 0, have);
    at += have;
    while (have < into.length) {
      int more = receive(into, have, into.length - have);
      if (more < 0) {
        throw new IOException("the answer ends after %d of %d bytes".formatted(have, into.length));
      }
      have += more;
    }
  }

  private byte[] chunks(long limit) throws IOException {
    var body = new ByteArrayOutputStream();
    while (true) {
      var size = line();
      int extension = size.indexOf(';');
      long length = number(extension < 0 ? size : size.substring(0, extension), 16);
      if (length == 0) {
        headers();
        return body.toByteArray();
      }
      body.writeBytes(exactly(length, limit - body.size(), limit));
      if (!line().isEmpty()) {
        throw new IOException("a chunk that is longer than it says");
      }
    }
  }

  private byte[] rest(long limit) throws IOException {
    var body = new ByteArrayOutputStream();
    do {
      body.write(buffer, at, end - at);
      at = end;
      if (body.size() > limit) {
        throw new TooLongException(limit);
      }
    } while (fill());
    return body.toByteArray();
  }

  private static long number(String text, int radix) throws IOException {
    try {
      return Long.parseUnsignedLong(text.strip(), radix) & Long.MAX_VALUE;
    } catch (NumberFormatException e) {
      throw new IOException("length '%.40s' (expected: a number)".formatted(text), e);
    }
  }

  private String line() throws IOException {
    int from = at;
    while (true) {
      while (at < end) {
        if (buffer[at++] == '\n') {
          int last = at - 1 > from && buffer[at - 2] == '\r' ? at - 2 : at - 1;
          return new String(buffer, from, last - from, StandardCharsets.ISO_8859_1);
        }
      }
      make(from);
      from = 0;
      int more = receive(buffer, end, buffer.length - end);
      if (more < 0) {
        throw new IOException("the answer ends within its head");
      }
      end += more;
    }
  }

  /// Room for more of a line that begins at a place and is not whole.
  private void make(int from) throws IOException {
    if (end - from >= LONGEST_LINE) {
      throw new IOException(
          "a line of more than %d bytes in the answer's head".formatted(LONGEST_LINE));
    }
    var room = end - from < buffer.length / 2 ? buffer : new byte[buffer.length * 2];
    System.arraycopy(buffer, from, room, 0, end - from);
    buffer = room;
    end -= from;
    at = end;
  }

  private boolean fill() throws IOException {
    at = 0;
    end = 0;
    int more = receive(buffer, 0, buffer.length);
    end = Math.max(0, more);
    return more >= 0;
  }

  private int receive(byte[] into, int from, int most) throws IOException {
    socket.setSoTimeout(millisUntil(deadline));
    return socket.getInputStream().read(into, from, most);
  }

  boolean staysOpen() {
    return open && at == end;
  }

  /// Nothing can be done about a socket that does not close.
  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      LOG.debug("connection to {}: {}", socket.getRemoteSocketAddress(), e.getMessage());
    }
  }
}
