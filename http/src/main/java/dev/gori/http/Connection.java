package dev.gori.http;

import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataReader;
import io.helidon.common.buffers.DataWriter;
import io.helidon.common.concurrency.limits.FixedLimit;
import io.helidon.common.socket.PeerInfo;
import io.helidon.common.socket.PlainSocket;
import io.helidon.common.socket.SocketWriter;
import io.helidon.http.DirectHandler;
import io.helidon.http.RequestException;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.ListenerContext;
import io.helidon.webserver.Router;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import io.helidon.webserver.spi.ServerConnection;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One connection of a client: the HTTP library's parser over a socket of ours, whose every read
/// has a deadline.
///
/// Threads: {@link #run} and all that the library calls belong to the connection's virtual thread;
/// {@link #isWaiting}, {@link #since}, {@link #isStuck}, {@link #finish} and {@link #abort} are for
/// the listener's.
final class Connection implements ConnectionContext, Runnable {

  /// The connection on whose thread a request is served.
  static final ScopedValue<Connection> CURRENT = ScopedValue.newInstance();

  private static final Logger LOG = LoggerFactory.getLogger(Connection.class);
  private static final int BLOCK = 8 << 10;

  /// The most that the parser may hold of a chunk that its handler has not seen.
  private static final long LONGEST_CHUNK = 8L << 20;

  private static final Duration LINGER = Duration.ofSeconds(30);
  private static final Duration LINGER_PAUSE = Duration.ofSeconds(2);

  private enum Phase {
    NEW,
    IDLE,
    HEAD,
    REQUEST,
    LINGERING
  }

  private final Socket socket;
  private final InputStream in;
  private final PlainSocket peers;
  private final ListenerContext listener;
  private final Router router;
  private final ConnectionLimits bounds;
  private final DataReader reader;
  private final DataWriter writer;
  private final ServerConnection http;
  private final byte[] block = new byte[BLOCK];
  private final String id;

  private volatile Phase phase = Phase.NEW;
  private volatile long since = System.nanoTime();
  private volatile long writingSince; // 0 while nothing is being written
  private boolean lingers;
  private long bodyBytes;
  private long waited; // nanoseconds for the body; what its handler took in between does not count
  private long unseenBytes;
  private long mostUnseen = LONGEST_CHUNK;
  private BodyBudget.@Nullable Share share;

  Connection(
      Socket socket,
      String id,
      ListenerContext listener,
      Router router,
      Http1ConnectionSelector protocol,
      ConnectionLimits bounds)
      throws IOException {
    this.socket = socket;
    this.id = id;
    this.in = socket.getInputStream();
    this.peers = PlainSocket.server(socket, id, "port");
    this.listener = listener;
    this.router = router;
    this.bounds = bounds;
    this.reader = DataReader.create(this::next);
    this.writer = new TimedWriter(SocketWriter.create(peers));
    this.http = protocol.connection(this);
  }

  @Override
  public void run() {
    try {
      ScopedValue.where(CURRENT, this).call(this::handle);
      if (lingers) {
        linger();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (CloseConnectionException | UncheckedIOException e) {
      LOG.debug("connection {} ended: {}", id, e.getMessage());
      lingerAfterFailure();
    } catch (IOException e) {
      LOG.debug("connection {} ended: {}", id, e.getMessage());
    } catch (RuntimeException | Error e) {
      LOG.error("connection {} ended", id, e);
    } finally {
      abort();
    }
  }

  private @Nullable Void handle() throws InterruptedException {
    http.handle(FixedLimit.create());
    return null;
  }

  /// A request has arrived up to the end of its head.
  void beginsRequest() {
    bodyBytes = 0;
    waited = 0;
    unseenBytes = 0;
    mostUnseen = LONGEST_CHUNK;
    enter(Phase.REQUEST);
  }

  /// The body is about to be read into memory.
  ///
  /// @param longest what its route takes; more than that is never held
  void holds(long longest, BodyBudget.Share newShare) {
    mostUnseen = longest + BLOCK * 8L;
    share = newShare;
  }

  /// The handler has seen all bytes of the body that were read so far.
  void seen() {
    if (share == null) {
      unseenBytes = 0;
    }
  }

  void endsRequest() {
    var held = share;
    if (held != null) {
      held.giveBack();
      share = null;
    }
    enter(Phase.IDLE);
  }

  /// Ends the connection after this request, once the client has had the chance to read the answer:
  /// a socket that is closed while the client still sends would reset the connection, and the
  /// client would never see why.
  void endsAfterThisRequest() {
    lingers = true;
    http.close(false);
  }

  private void enter(Phase next) {
    since = System.nanoTime();
    phase = next;
  }

  private byte @Nullable [] next() {
    if (lingers) {
      throw new CloseConnectionException("the last request was answered");
    }
    try {
      int read = read();
      if (read < 0) {
        return null;
      }
      arrived(read);
      return Arrays.copyOf(block, read);
    } catch (SocketTimeoutException e) {
      throw late(e);
    } catch (IOException e) {
      if (phase == Phase.REQUEST) {
        throw new UncheckedIOException(e);
      }
      throw new CloseConnectionException(String.valueOf(e.getMessage()), e);
    }
  }

  private int read() throws IOException {
    socket.setSoTimeout(millisLeft());
    long began = System.nanoTime();
    try {
      return in.read(block);
    } finally {
      waited += System.nanoTime() - began;
    }
  }

  /// Counts the bytes before the parser keeps them.
  private void arrived(int count) {
    switch (phase) {
      case NEW, IDLE -> enter(Phase.HEAD);
      case REQUEST -> {
        bodyBytes += count;
        unseenBytes += count;
        if (unseenBytes > mostUnseen) {
          throw new FaultException(
              Fault.TOO_LARGE,
              "body: a chunk of more than %d bytes (expected: shorter chunks)"
                  .formatted(mostUnseen));
        }
        if (share != null && bodyBytes > Routes.SMALL_BODY.count()) {
          share.take(count);
        }
      }
      case HEAD, LINGERING -> {}
    }
  }

  private int millisLeft() throws SocketTimeoutException {
    long passed = System.nanoTime() - since;
    return switch (phase) {
      case NEW, HEAD -> millis(bounds.head().toNanos() - passed);
      case IDLE -> millis(bounds.idle().toNanos() - passed);
      case REQUEST -> {
        long whole = TimeUnit.SECONDS.toNanos(bodyBytes / bounds.slowestBody());
        long pause = bounds.pause().toNanos();
        yield millis(Math.min(pause, pause + whole - waited));
      }
      case LINGERING -> millis(Math.min(LINGER_PAUSE.toNanos(), LINGER.toNanos() - passed));
    };
  }

  private static int millis(long nanos) throws SocketTimeoutException {
    long millis = TimeUnit.NANOSECONDS.toMillis(nanos);
    if (millis <= 0) {
      throw new SocketTimeoutException("too slow");
    }
    return (int) Math.min(millis, Integer.MAX_VALUE);
  }

  private RuntimeException late(SocketTimeoutException e) {
    return switch (phase) {
      case REQUEST ->
          new FaultException(
              Fault.REQUEST_TIMEOUT,
              "body: too slow (expected: a byte at least every %.1f s, and %d bytes a second on average)"
                  .formatted(bounds.pause().toMillis() / 1000.0, bounds.slowestBody()),
              e);
      case HEAD ->
          RequestException.builder()
              .type(DirectHandler.EventType.OTHER)
              .status(Status.REQUEST_TIMEOUT_408)
              .setKeepAlive(false)
              .message(
                  "no whole head of a request within %d s".formatted(bounds.head().toSeconds()))
              .build();
      case NEW, IDLE, LINGERING -> new CloseConnectionException("idle", e);
    };
  }

  private void linger() throws IOException {
    enter(Phase.LINGERING);
    socket.shutdownOutput();
    int read = 0;
    while (read >= 0) {
      read = read();
    }
  }

  private void lingerAfterFailure() {
    if (!lingers) {
      return;
    }
    try {
      linger();
    } catch (IOException e) {
      LOG.debug("connection {} after its last answer: {}", id, e.getMessage());
    }
  }

  /// Whether no request is being served, so that closing costs the client nothing but a new
  /// connection.
  boolean isWaiting() {
    return phase != Phase.REQUEST;
  }

  /// Since when it has been in its phase, by `System.nanoTime()`.
  long since() {
    return since;
  }

  /// Whether the client has taken none of its answer for too long.
  boolean isStuck(long now) {
    long began = writingSince;
    return began != 0 && now - began > bounds.write().toNanos();
  }

  /// Serves the request that is under way, if any, and then ends.
  void finish() {
    if (isWaiting()) {
      abort();
    } else {
      http.close(false);
    }
  }

  /// Closes the socket; who waits for it wakes with a failure.
  void abort() {
    try {
      socket.close();
    } catch (IOException e) {
      LOG.debug("connection {} did not close: {}", id, e.getMessage());
    }
  }

  @Override
  public ListenerContext listenerContext() {
    return listener;
  }

  @Override
  public ExecutorService executor() {
    return listener.executor();
  }

  @Override
  public DataWriter dataWriter() {
    return writer;
  }

  @Override
  public DataReader dataReader() {
    return reader;
  }

  @Override
  public Router router() {
    return router;
  }

  @Override
  public PeerInfo remotePeer() {
    return peers.remotePeer();
  }

  @Override
  public PeerInfo localPeer() {
    return peers.localPeer();
  }

  @Override
  public boolean isSecure() {
    return false;
  }

  @Override
  public String socketId() {
    return peers.socketId();
  }

  @Override
  public String childSocketId() {
    return id;
  }

  /// Remembers since when the client has taken nothing.
  private final class TimedWriter implements DataWriter {
    private final DataWriter to;

    TimedWriter(DataWriter to) {
      this.to = to;
    }

    @Override
    public void write(BufferData... buffers) {
      writeNow(buffers);
    }

    @Override
    public void write(BufferData buffer) {
      writeNow(buffer);
    }

    @Override
    public void writeNow(BufferData... buffers) {
      writeNow(BufferData.create(buffers));
    }

    @Override
    public void writeNow(BufferData buffer) {
      writingSince = System.nanoTime() | 1;
      try {
        to.writeNow(buffer);
      } finally {
        writingSince = 0;
      }
    }
  }
}
