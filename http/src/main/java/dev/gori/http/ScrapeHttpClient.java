package dev.gori.http;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Asks one address over plain HTTP/1.1 again and again, on a connection that it keeps: for a
/// scraper, whose calls are so many that what the JDK's client does for each (a request object,
/// futures, two threads, a timer) would cost several times what is done with the answers.
/// Redirects, proxies and TLS are left to that client. For one thread at a time.
public final class ScrapeHttpClient implements AutoCloseable {

  /// A whole answer.
  ///
  /// @param headers by their names in lower case, the last of each
  public record Fetched(int status, Map<String, String> headers, byte[] body) {}

  /// A body that is longer than the caller wants.
  public static final class TooLongException extends IOException {
    private static final long serialVersionUID = 1L;

    TooLongException(long limit) {
      super("body exceeds limit: more than %d bytes".formatted(limit));
    }
  }

  private static final int PORT = 80;

  private final URI uri;
  private @Nullable Http1Connection connection;
  private List<String> lines = List.of();
  private byte[] request;

  /// @param uri of scheme `http`
  public ScrapeHttpClient(URI uri) {
    if (!"http".equals(uri.getScheme()) || uri.getHost() == null) {
      throw new IllegalArgumentException("address '%s' (expected: http://host…)".formatted(uri));
    }
    this.uri = uri;
    this.request = request(lines);
  }

  /// @param headers lines such as `Accept: text/plain`; `Host` is there already
  /// @param within how long all of it may take
  /// @param limit the longest body, as it is sent
  /// @throws SocketTimeoutException when it takes longer
  /// @throws TooLongException when the body is longer
  /// @throws IOException with a reason that a person understands
  public Fetched get(List<String> headers, Duration within, long limit)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + within.toNanos();
    if (!headers.equals(lines)) {
      lines = List.copyOf(headers);
      request = request(headers);
    }
    var kept = connection;
    connection = null;
    try {
      if (kept != null) {
        try {
          return asked(kept, deadline, limit);
        } catch (Http1Connection.NothingCameException _) {
          // the server closed it meanwhile
        }
      }
      return asked(new Http1Connection(connected(deadline)), deadline, limit);
    } catch (InterruptedIOException e) {
      throw e;
    } catch (IOException e) {
      if (Thread.interrupted()) { // which closes the socket
        throw new InterruptedException();
      }
      throw e;
    }
  }

  private Fetched asked(Http1Connection on, long deadline, long limit) throws IOException {
    boolean whole = false;
    try {
      on.send(request);
      var fetched = on.answer(deadline, limit);
      whole = true;
      if (on.staysOpen()) {
        connection = on;
      }
      return fetched;
    } finally {
      if (!whole || connection != on) {
        on.close();
      }
    }
  }

  private byte[] request(List<String> headers) {
    var path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
    var text = new StringBuilder(256).append("GET ").append(path);
    if (uri.getRawQuery() != null) {
      text.append('?').append(uri.getRawQuery());
    }
    text.append(" HTTP/1.1\r\nHost: ").append(uri.getHost());
    if (uri.getPort() >= 0) {
      text.append(':').append(uri.getPort());
    }
    for (var header : headers) {
      if (header.indexOf('\n') >= 0 || header.indexOf('\r') >= 0) {
        throw new IllegalArgumentException(
            "header '%.20s…' (expected: one line)".formatted(header));
      }
      text.append("\r\n").append(header);
    }
    return text.append("\r\n\r\n").toString().getBytes(StandardCharsets.UTF_8);
  }

  private Socket connected(long deadline) throws IOException {
    var host =
        uri.getHost().startsWith("[")
            ? uri.getHost().substring(1, uri.getHost().length() - 1)
            : uri.getHost();
    var address = new InetSocketAddress(host, uri.getPort() < 0 ? PORT : uri.getPort());
    if (address.isUnresolved()) {
      throw new UnknownHostException("no such host: " + host);
    }
    var socket = new Socket();
    try {
      socket.setTcpNoDelay(true);
      socket.connect(address, Http1Connection.millisUntil(deadline));
      return socket;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  /// Closes the connection; the next call makes a new one.
  @Override
  public void close() {
    var open = connection;
    connection = null;
    if (open != null) {
      open.close();
    }
  }
}
