package dev.gori.clients;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/// A server on a port of its own that answers every request in one bad way.
final class HostileServer implements AutoCloseable {

  /// What it does once a request's head has come.
  enum Manner {
    /// Takes the request and says nothing.
    SILENT,
    /// Sends the head of an answer byte by byte, for ever.
    SLOW_HEAD,
    /// Sends the body of an answer byte by byte, for ever.
    SLOW_BODY,
    /// Sends a part of the body, then nothing more.
    STALLED,
    /// Sends a body of 10 GB as fast as it is taken.
    ENDLESS,
    /// Sends the client back to where it came from.
    REDIRECT,
    /// Answers with a body of the test's choice.
    SAYS
  }

  private static final long ENDLESS_BYTES = 10_000_000_000L;
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";

  private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final AtomicLong requests = new AtomicLong();
  private final AtomicLong sent = new AtomicLong();
  private final Manner manner;
  private final String body;

  HostileServer(Manner manner) throws IOException {
    this(manner, "");
  }

  private HostileServer(Manner manner, String body) throws IOException {
    this.manner = manner;
    this.body = body;
    Thread.ofVirtual().start(this::accept);
  }

  static HostileServer saying(String body) throws IOException {
    return new HostileServer(Manner.SAYS, body);
  }

  URI address() {
    return URI.create("http://127.0.0.1:" + listener.getLocalPort());
  }

  long requests() {
    return requests.get();
  }

  /// Bytes of bodies that clients took, or the system for them.
  long sent() {
    return sent.get();
  }

  private void accept() {
    while (true) {
      try {
        var socket = listener.accept();
        open.add(socket);
        Thread.ofVirtual().start(() -> answer(socket));
      } catch (IOException _) {
        return; // closed
      }
    }
  }

  private void answer(Socket socket) {
    try (socket) {
      while (true) {
        readHead(socket);
        requests.incrementAndGet();
        answerOne(socket);
      }
    } catch (IOException _) {
      // the client has gone, as it should
    } finally {
      open.remove(socket);
    }
  }

  private void answerOne(Socket socket) throws IOException {
    var out = socket.getOutputStream();
    switch (manner) {
      case SILENT -> untilGone(socket);
      case SLOW_HEAD -> {
        text(out, "HTTP/1.1 200 OK\r\nX: ");
        drip(socket, 'x');
      }
      case SLOW_BODY -> {
        text(out, OK + "Content-Length: 1000000\r\n\r\n");
        drip(socket, ' ');
      }
      case STALLED -> {
        text(out, OK + "Content-Length: 1000000\r\n\r\n{");
        untilGone(socket);
      }
      case ENDLESS -> {
        text(out, OK + "Content-Length: " + ENDLESS_BYTES + "\r\n\r\n");
        var block = " ".repeat(64 << 10).getBytes(StandardCharsets.US_ASCII);
        while (sent.addAndGet(block.length) < ENDLESS_BYTES) {
          out.write(block);
        }
      }
      case SAYS -> text(out, OK + "Content-Length: " + body.length() + "\r\n\r\n" + body);
      case REDIRECT ->
          text(
              out,
              "HTTP/1.1 302 Found\r\nLocation: %s/again\r\nContent-Length: 0\r\n\r\n"
                  .formatted(address()));
    }
  }

  private static void text(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.US_ASCII));
    out.flush();
  }

  /// One byte each 50 ms, which is how long it listens for the client in between.
  private void drip(Socket socket, char letter) throws IOException {
    socket.setSoTimeout(50);
    while (true) {
      try {
        if (socket.getInputStream().read() < 0) {
          return;
        }
      } catch (SocketTimeoutException _) {
        socket.getOutputStream().write(letter);
        sent.incrementAndGet();
      }
    }
  }

  private static void untilGone(Socket socket) throws IOException {
    while (socket.getInputStream().read() >= 0) {
      // what still comes of the request
    }
    throw new IOException("gone");
  }

  private static void readHead(Socket socket) throws IOException {
    int ends = 0;
    while (ends < 4) {
      int next = socket.getInputStream().read();
      if (next < 0) {
        throw new IOException("gone");
      }
      ends = next == (ends % 2 == 0 ? '\r' : '\n') ? ends + 1 : 0;
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (var socket : open) {
      socket.close();
    }
  }
}
