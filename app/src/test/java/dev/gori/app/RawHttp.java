package dev.gori.app;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// HTTP/1.1 byte by byte, for requests that no client library sends.
final class RawHttp {

  private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] (\\d{3}) ");
  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final Pattern LENGTH = Pattern.compile("(?i)\r\ncontent-length: *(\\d+)");
  private static final Pattern CHUNKED = Pattern.compile("(?i)\r\ntransfer-encoding: *chunked");
  private static final int LONGEST_ANSWER = 8 << 20;

  private RawHttp() {}

  /// What came back on a connection until the server closed it or the deadline passed.
  ///
  /// @param ended whether the server closed the connection
  record Answers(byte[] bytes, boolean ended) {

    String text() {
      return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    /// The status of each answer.
    List<Integer> statuses() {
      var found = new ArrayList<Integer>();
      var matcher = STATUS.matcher(text());
      while (matcher.find()) {
        found.add(Integer.parseInt(matcher.group(1)));
      }
      return found;
    }

    /// The status of the first answer; 0 when there is none.
    int status() {
      var all = statuses();
      return all.isEmpty() ? 0 : all.getFirst();
    }

    @Override
    public String toString() {
      var text = text();
      return "%s%s"
          .formatted(
              text.substring(0, Math.min(400, text.length())),
              ended ? " (closed)" : " (still open)");
    }
  }

  /// A whole request; the connection is closed after the answer.
  static byte[] request(String method, String path, Map<String, String> headers, byte[] body) {
    var head = new StringBuilder("%s %s HTTP/1.1\r\n".formatted(method, path));
    head.append("Host: 127.0.0.1\r\nConnection: close\r\n");
    headers.forEach((name, value) -> head.append("%s: %s\r\n".formatted(name, value)));
    if (body.length > 0 || !method.equals("GET")) {
      head.append("Content-Length: %d\r\n".formatted(body.length));
    }
    return joined(head.append("\r\n").toString().getBytes(StandardCharsets.UTF_8), body);
  }

  static byte[] joined(byte[] first, byte[] second) {
    var all = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, all, first.length, second.length);
    return all;
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  /// Sends the bytes on a connection of their own and reads until it is closed, or until a whole
  /// answer is there and no other has followed it.
  ///
  /// @param more how long to wait for another answer A server may answer and close while the
  ///   request is still being sent: what it said counts.
  static Answers exchange(int port, byte[] request, Duration deadline, Duration more) {
    try (var socket = connect(port)) {
      socket.setSoTimeout((int) deadline.toMillis());
      var sender = Thread.ofVirtual().start(() -> send(socket, request));
      var answers = read(socket, deadline, more);
      sender.interrupt();
      return answers;
    } catch (IOException e) {
      throw new UncheckedIOException("port " + port, e);
    }
  }

  static Socket connect(int port) throws IOException {
    var socket = new Socket();
    socket.connect(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), port), (int) CONNECT.toMillis());
    return socket;
  }

  private static void send(Socket socket, byte[] request) {
    try {
      socket.getOutputStream().write(request);
    } catch (IOException _) {
      // the server has closed the connection; what it said before is read below
    }
  }

  private static Answers read(Socket socket, Duration deadline, Duration more) throws IOException {
    var first = until(socket, new ByteArrayOutputStream(), deadline, true);
    if (first.ended() || more.isZero() || !isWhole(first.bytes())) {
      return first;
    }
    var all = new ByteArrayOutputStream();
    all.writeBytes(first.bytes());
    return until(socket, all, more, false);
  }

  /// Whether the server has closed a connection that waits for nothing.
  static boolean isClosed(Socket socket) {
    try {
      return until(socket, new ByteArrayOutputStream(), Duration.ofMillis(2), false).ended();
    } catch (IOException _) {
      return true;
    }
  }

  private static boolean isWhole(byte[] bytes) {
    var text = new String(bytes, StandardCharsets.ISO_8859_1);
    int end = text.indexOf("\r\n\r\n");
    if (end < 0) {
      return false;
    }
    var head = text.substring(0, end);
    if (CHUNKED.matcher(head).find()) {
      return text.endsWith("0\r\n\r\n");
    }
    var length = LENGTH.matcher(head);
    return bytes.length - end - 4 >= (length.find() ? Long.parseLong(length.group(1)) : 0);
  }

  private static Answers until(
      Socket socket, ByteArrayOutputStream all, Duration deadline, boolean stopsAtWhole)
      throws IOException {
    long end = System.nanoTime() + deadline.toNanos();
    var buffer = new byte[1 << 16];
    while (all.size() < LONGEST_ANSWER) {
      long left = Duration.ofNanos(end - System.nanoTime()).toMillis();
      if (left <= 0) {
        return new Answers(all.toByteArray(), false);
      }
      socket.setSoTimeout((int) left);
      try {
        int count = socket.getInputStream().read(buffer);
        if (count < 0) {
          return new Answers(all.toByteArray(), true);
        }
        all.write(buffer, 0, count);
        if (stopsAtWhole && isWhole(all.toByteArray())) {
          return new Answers(all.toByteArray(), false);
        }
      } catch (SocketTimeoutException _) {
        return new Answers(all.toByteArray(), false);
      } catch (SocketException _) { // reset: closed as well
        return new Answers(all.toByteArray(), true);
      }
    }
    return new Answers(all.toByteArray(), false);
  }
}
