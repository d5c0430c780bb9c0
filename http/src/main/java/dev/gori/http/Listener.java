package dev.gori.http;

import io.helidon.common.context.Context;
import io.helidon.http.encoding.ContentEncodingContext;
import io.helidon.http.media.MediaContext;
import io.helidon.webserver.ErrorHandling;
import io.helidon.webserver.ListenerConfig;
import io.helidon.webserver.ListenerContext;
import io.helidon.webserver.Router;
import io.helidon.webserver.http.DirectHandlers;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Accepts the connections of one port and gives each a virtual thread, on which the HTTP library
/// parses its requests.
///
/// The library's own listener is not used: it closes its port for good when one accept fails, which
/// happens as soon as the process has no file descriptor left, and none of its reads has a
/// deadline.
final class Listener implements AutoCloseable {

  /*
   * A full port
   * -----------
   * A port takes a bounded number of connections. When it is full, the newest is taken and the one
   * that has waited longest without a request is closed: a client that keeps connections open
   * without using them loses one of those, a client with a request always gets in. Only when every
   * connection has a request under way does the newest get 503.
   *
   * No file descriptor left
   * -----------------------
   * Accepting then fails immediately, each time. The port closes a quarter of the connections that wait
   * without a request, pauses and goes on; it stays bound all the time.
   */
  private static final Logger LOG = LoggerFactory.getLogger(Listener.class);
  private static final int BACKLOG = 1024;
  private static final int TICK_MILLIS = 1000;
  private static final Duration PAUSE = Duration.ofMillis(100);
  private static final Duration LONG_FAILING = Duration.ofSeconds(5);
  private static final Duration LOGGED_EVERY = Duration.ofSeconds(10);
  private static final byte[] FULL =
      String.join(
              "\r\n",
              "HTTP/1.1 503 Service Unavailable",
              "Retry-After: 1",
              "Connection: close",
              "Content-Type: text/plain",
              "",
              "every connection that this port takes has a request under way\n")
          .getBytes(StandardCharsets.US_ASCII);

  private final ServerSocket server;
  private final ConnectionLimits bounds;
  private final Router router;
  private final ParserContext context = new ParserContext();
  private final Http1ConnectionSelector protocol;
  private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
  private final ExecutorService threads;
  private final Thread acceptor;
  private volatile boolean closing;
  private volatile long failingSince; // 0 while accepting works
  private volatile @Nullable String failure;
  private long logged;
  private long number;

  /// @throws BindException when the port is taken
  Listener(String host, int port, ConnectionLimits bounds, HttpRouting.Builder routing)
      throws IOException {
    this.bounds = bounds;
    this.router = Router.builder().addRouting(routing).build();
    this.protocol =
        Http1ConnectionSelector.builder()
            .config(
                Http1Config.builder()
                    .validateResponseHeaders(false) // a HeaderLine is valid
                    .validatePrologue(false) // brackets as in match[]=up
                    .build())
            .build();
    this.server = new ServerSocket();
    try {
      server.setReuseAddress(true);
      server.bind(new InetSocketAddress(InetAddress.getByName(host), port), BACKLOG);
      server.setSoTimeout(TICK_MILLIS);
    } catch (IOException e) {
      server.close();
      var failed =
          new BindException(
              "port %d on %s cannot be opened: %s".formatted(port, host, e.getMessage()));
      failed.initCause(e);
      throw failed;
    }
    this.threads =
        Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("http-" + server.getLocalPort() + "-", 0).factory());
    router.beforeStart();
    this.acceptor =
        Thread.ofPlatform().daemon().name("http-" + server.getLocalPort()).start(this::accept);
  }

  int port() {
    return server.getLocalPort();
  }

  int connections() {
    return connections.size();
  }

  /// Why no new connection gets in; empty when they do.
  Optional<String> failure() {
    if (!acceptor.isAlive() && !closing) {
      return Optional.of("port %d: its thread has ended".formatted(port()));
    }
    long since = failingSince;
    boolean fails = since != 0 && System.nanoTime() - since > LONG_FAILING.toNanos();
    return fails
        ? Optional.of("port %d accepts no connection: %s".formatted(port(), failure))
        : Optional.empty();
  }

  private void accept() {
    while (!closing) {
      try {
        round();
      } catch (Throwable t) { // whatever it is, the port stays open
        failed(t);
      }
    }
  }

  private void round() throws IOException {
    try {
      var socket = server.accept();
      failingSince = 0;
      take(socket);
    } catch (SocketTimeoutException _) {
      failingSince = 0;
    }
    long now = System.nanoTime();
    connections.stream().filter(each -> each.isStuck(now)).forEach(Connection::abort);
  }

  private void failed(Throwable cause) {
    if (closing) {
      return;
    }
    long now = System.nanoTime();
    failure = String.valueOf(cause.getMessage());
    if (failingSince == 0) {
      failingSince = now;
    }
    if (logged == 0 || now - logged > LOGGED_EVERY.toNanos()) {
      logged = now;
      LOG.error(
          "port={} accepts no connection, {} are open, trying again",
          port(),
          connections.size(),
          cause);
    }
    if (isOutOfDescriptors(cause)) {
      int spared = 3 * connections.size() / 4;
      connections.stream()
          .filter(Connection::isWaiting)
          .sorted(Comparator.comparingLong(each -> each.since() - now))
          .limit(connections.size() - spared)
          .forEach(Connection::abort);
    }
    LockSupport.parkNanos(PAUSE.toNanos());
  }

  /// By the C library's message for EMFILE and ENFILE: Java has no exception for them.
  private static boolean isOutOfDescriptors(Throwable cause) {
    return String.valueOf(cause.getMessage()).contains("oo many open files");
  }

  private void take(Socket socket) throws IOException {
    try {
      if (connections.size() >= bounds.connections() && !makeRoom()) {
        refuse(socket);
        return;
      }
      socket.setTcpNoDelay(true); // else an answer of two writes waits 40 ms for the peer
      var connection =
          new Connection(socket, Long.toString(number++), context, router, protocol, bounds);
      connections.add(connection);
      threads.execute(
          () -> {
            try {
              connection.run();
            } finally {
              connections.remove(connection);
            }
          });
    } catch (Throwable t) {
      socket.close();
      throw t;
    }
  }

  private boolean makeRoom() {
    long now = System.nanoTime();
    var longest =
        connections.stream()
            .filter(Connection::isWaiting)
            .min(Comparator.comparingLong(each -> each.since() - now));
    longest.ifPresent(
        each -> {
          connections.remove(each);
          each.abort();
        });
    return longest.isPresent();
  }

  private static void refuse(Socket socket) {
    try (socket) {
      socket.getOutputStream().write(FULL);
      socket.shutdownOutput();
    } catch (IOException e) {
      LOG.debug("connection beyond the limit: {}", e.getMessage());
    }
  }

  /// Takes no new connection, lets requests under way finish for a while, and closes the rest.
  void close(Duration grace) {
    closing = true;
    try {
      server.close();
    } catch (IOException e) {
      LOG.debug("port {} did not close: {}", port(), e.getMessage());
    }
    long end = System.nanoTime() + grace.toNanos();
    while (!connections.isEmpty()
        && System.nanoTime() < end
        && !Thread.currentThread().isInterrupted()) {
      connections.forEach(Connection::finish);
      LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
    }
    connections.forEach(Connection::abort);
    threads.shutdownNow();
    router.afterStop();
  }

  @Override
  public void close() {
    close(Duration.ZERO);
  }

  /// What the library's parser asks its listener for.
  private final class ParserContext implements ListenerContext {
    private final Context context = Context.create();
    private final MediaContext media = MediaContext.create();
    private final ContentEncodingContext encoding = new AnyContentCoding();
    private final DirectHandlers handlers = DirectHandlers.create();
    private final ListenerConfig config =
        ListenerConfig.builder()
            .maxPayloadSize(-1)
            .errorHandling(ErrorHandling.builder().includeEntity(true).build())
            .buildPrototype();

    @Override
    public Context context() {
      return context;
    }

    @Override
    public MediaContext mediaContext() {
      return media;
    }

    @Override
    public ContentEncodingContext contentEncodingContext() {
      return encoding;
    }

    @Override
    public DirectHandlers directHandlers() {
      return handlers;
    }

    @Override
    public ListenerConfig config() {
      return config;
    }

    @Override
    public ExecutorService executor() {
      return threads;
    }
  }
}
