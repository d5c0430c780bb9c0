package dev.gori.http;

import dev.gori.base.run.QueryPool;
import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import dev.gori.kernel.id.Bytes;
import dev.gori.kernel.life.Cancellation;
import dev.gori.kernel.life.Cancellation.CancelledException;
import dev.gori.kernel.life.Cancellation.Cause;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// Runs the queries of one port, which are routes whose cost depends on the request and on the
/// amount of stored data, on the threads of a {@link QueryPool}. A pool's thread runs the handler,
/// writes the response into memory and compresses it; the connection's virtual thread waits and
/// sends.
///
/// Requests that show the environment's token have a pool of their own, so that the platform's
/// queries (delivery's observation, the gateway's look-ups) do not wait behind those of people.
///
/// The size of a response in memory is limited, as is that of all responses together. A client that
/// does not read its response in time loses the connection.
final class QueryFilter implements Filter, AutoCloseable {

  private static final int BLOCK = 64 << 10;
  private static final Bytes LONGEST = Bytes.mebi(1);

  private final QueryLimits limits;
  private final QueryPool people;
  private final QueryPool platform;
  private final ClientDisconnects closedByClient;
  private final Semaphore blocks;
  private final ScheduledExecutorService late =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("query-answers").daemon(true).factory());

  /// @param port that the server listens on
  QueryFilter(int port, QueryLimits limits) {
    var pool = new QueryPool.Limits(limits.threads(), limits.waiting(), limits.timeout());
    this.limits = limits;
    this.people = QueryPool.inBackground("query-" + port, pool);
    this.platform = new QueryPool("platform-query-" + port, pool);
    this.closedByClient = new ClientDisconnects(port);
    this.blocks = new Semaphore((int) (limits.held().count() / BLOCK));
  }

  /// @return a response that is held in memory until {@link Response#sent}
  @Override
  public Response filter(Request request, Handler next) throws Exception {
    if (!request.method().equals("GET") && !request.method().equals("HEAD")) {
      request.body(LONGEST, "ask for less in one query"); // on a thread of the pool a slow client
      // would keep others out
    }
    var held = new HeldResponse();
    try {
      return (request.showsToken() ? platform : people)
          .run(
              () -> closedByClient.isClosed(request.clientPort()),
              () -> held.written(next.handle(request)));
    } catch (Throwable e) {
      held.close();
      throw e;
    }
  }

  /// A written answer that waits to be sent. Written by one thread, then sent by another; closed by
  /// any.
  private final class HeldResponse extends OutputStream {

    private final List<byte[]> full = new ArrayList<>();
    private byte[] block = new byte[0];
    private int used;
    private int permits;
    private boolean isClosed;

    private Response written(Response response) throws IOException {
      var stream = response.stream();
      if (stream == null) {
        take(response.body().length);
        return response.whenSent(this::close);
      }
      stream.writeTo(this);
      return response.with(this::sendTo).whenSent(this::close);
    }

    @Override
    public void write(int b) {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) {
      Cancellation.check();
      int at = from;
      while (at < from + length) {
        if (used == block.length) {
          nextBlock();
        }
        int some = Math.min(from + length - at, block.length - used);
        System.arraycopy(bytes, at, block, used, some);
        used += some;
        at += some;
      }
    }

    private void nextBlock() {
      take(((long) full.size() + 1) * BLOCK + used);
      if (block.length > 0) {
        full.add(block);
      }
      block = new byte[BLOCK];
      used = 0;
    }

    /// Reserves memory for this number of bytes.
    private synchronized void take(long bytes) {
      if (isClosed) {
        throw new CancelledException(Cause.CALLER_GONE);
      }
      if (bytes > limits.answer().count()) {
        throw new FaultException(
            Fault.UNPROCESSABLE,
            "the answer is larger than %s; ask for less: a longer step, a shorter range, a narrower selector or a smaller limit"
                .formatted(limits.answer()));
      }
      int missing = Math.toIntExact(Math.ceilDiv(bytes, BLOCK)) - permits;
      if (!blocks.tryAcquire(Math.max(0, missing))) {
        throw new FaultException(
            Fault.TOO_BUSY,
            "answers of %s wait to be sent, which is the limit; try again later"
                .formatted(limits.held()));
      }
      permits += Math.max(0, missing);
    }

    private void sendTo(OutputStream out) throws IOException {
      var sender = Thread.currentThread();
      var end =
          late.schedule(sender::interrupt, limits.sending().toMillis(), TimeUnit.MILLISECONDS);
      try {
        for (var one : full) {
          out.write(one);
        }
        out.write(block, 0, used);
      } finally {
        if (!end.cancel(false)) {
          Thread.interrupted(); // the connection is closed; the thread goes on
        }
      }
    }

    /// Frees the memory. What still writes fails.
    @Override
    public synchronized void close() {
      if (!isClosed) {
        isClosed = true;
        blocks.release(permits);
      }
    }
  }

  @Override
  public void close() {
    people.close();
    platform.close();
    late.shutdownNow();
  }
}
