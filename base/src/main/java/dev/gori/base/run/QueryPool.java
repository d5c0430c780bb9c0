package dev.gori.base.run;

import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import dev.gori.kernel.life.Cancellation;
import dev.gori.kernel.life.Cancellation.CancelledException;
import dev.gori.kernel.life.Cancellation.Cause;
import dev.gori.kernel.life.OpenResources;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs queries on a few platform threads. On virtual threads a query that computes for long would
/// hold one of the carriers, of which there are as many as processors, and everything else would
/// stop. The operating system shares the processors among platform threads; those of a pool in the
/// background yield to all others ({@link BackgroundPriority}).
///
/// Each query has a deadline and ends when its caller has gone; both are seen within {@link
/// #PERIOD}. Queries that find no free thread wait in a bounded queue; when that is full, the call
/// fails with `TOO_BUSY`.
public final class QueryPool implements AutoCloseable {

  /// How often a waiting caller looks at the deadline and at its client.
  static final Duration PERIOD = Duration.ofMillis(100);

  /// How long a cancelled query may take to end before its caller is answered without it.
  static final Duration GRACE = Duration.ofSeconds(1);

  private static final Logger LOG = LoggerFactory.getLogger(QueryPool.class);
  private static final Duration STOP = Duration.ofSeconds(5);

  /// @param threads how many queries run at the same time
  /// @param waiting how many more may wait for a thread
  /// @param timeout of one query, its wait included
  public record Limits(int threads, int waiting, Duration timeout) {
    public Limits {
      if (threads < 1 || waiting < 1 || !timeout.isPositive()) {
        throw new IllegalArgumentException(
            "query pool: %d threads, %d waiting, timeout %s (expected: all above zero)"
                .formatted(threads, waiting, timeout));
      }
    }
  }

  private final String name;
  private final Limits limits;
  private final ThreadPoolExecutor threads;
  private final AtomicBoolean closed = new AtomicBoolean();
  private final AtomicLong overdue = new AtomicLong();
  private final OpenResources open;

  /// @param name such as `query-7010`, which the threads have too
  public QueryPool(String name, Limits limits) {
    this(name, limits, () -> {});
  }

  /// A pool whose threads yield to all others.
  public static QueryPool inBackground(String name, Limits limits) {
    return new QueryPool(name, limits, BackgroundPriority::apply);
  }

  private QueryPool(String name, Limits limits, Runnable prepare) {
    this.name = name;
    this.limits = limits;
    this.threads =
        new ThreadPoolExecutor(
            limits.threads(),
            limits.threads(),
            30,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(limits.waiting()),
            work ->
                Thread.ofPlatform()
                    .name(name)
                    .daemon(true)
                    .unstarted(
                        () -> {
                          prepare.run();
                          work.run();
                        }));
    threads.allowCoreThreadTimeOut(true);
    this.open = OpenResources.mark("query pool " + name);
  }

  /// Runs a query and waits for its result.
  ///
  /// @param isCallerGone whether nobody waits for the result any more
  /// @throws FaultException `TOO_BUSY` when the queue is full; `TIMED_OUT` when the query did not
  ///   start before its deadline, or did not end soon after it
  /// @throws CancelledException when the query ended because it was cancelled
  public <T> T run(BooleanSupplier isCallerGone, Callable<T> query) throws Exception {
    var cancellation = new Cancellation(limits.timeout());
    var task = new FutureTask<>(() -> cancellation.call(query));
    try {
      threads.execute(task);
    } catch (RejectedExecutionException e) {
      throw closed.get() ? stopping(e) : full(e);
    }
    while (true) {
      try {
        return task.get(nanosToWait(cancellation), TimeUnit.NANOSECONDS);
      } catch (TimeoutException _) {
        if (cancellation.isCancelled()) {
          throw abandoned(task, cancellation);
        }
        cancelWhenDue(cancellation, isCallerGone);
        if (cancellation.isCancelled() && threads.remove(task)) {
          throw neverStarted(cancellation);
        }
      } catch (ExecutionException e) {
        throw failure(Objects.requireNonNull(e.getCause()));
      } catch (InterruptedException e) {
        cancellation.cancel(Cause.STOPPING);
        threads.remove(task);
        throw e;
      }
    }
  }

  private static long nanosToWait(Cancellation cancellation) {
    return cancellation.isCancelled()
        ? GRACE.toNanos()
        : Math.clamp(cancellation.left().toNanos(), 1_000_000, PERIOD.toNanos());
  }

  private void cancelWhenDue(Cancellation cancellation, BooleanSupplier isCallerGone) {
    if (closed.get()) {
      cancellation.cancel(Cause.STOPPING);
    } else if (!cancellation.left().isPositive()) {
      cancellation.cancel(Cause.DEADLINE);
    } else if (isCallerGone.getAsBoolean()) {
      cancellation.cancel(Cause.CALLER_GONE);
    }
  }

  private static Exception failure(Throwable thrown) {
    return thrown instanceof Exception e
        ? e
        : new IllegalStateException("the query failed: " + thrown, thrown);
  }

  private FaultException full(RejectedExecutionException e) {
    return new FaultException(
        Fault.TOO_BUSY,
        "too many queries: %d run and %d wait, which are the limits; try again later"
            .formatted(limits.threads(), limits.waiting()),
        e);
  }

  private static FaultException stopping(RejectedExecutionException e) {
    return new FaultException(Fault.BACKEND_DOWN, "stopping", e);
  }

  private Exception neverStarted(Cancellation cancellation) {
    return cancellation.left().isPositive()
        ? new CancelledException(closed.get() ? Cause.STOPPING : Cause.CALLER_GONE)
        : new FaultException(
            Fault.TIMED_OUT,
            "query timed out in query queue: none of %d threads became free within %d ms"
                .formatted(limits.threads(), cancellation.elapsed().toMillis()));
  }

  /// The query does not look at its cancellation: it keeps its thread until it does.
  private FaultException abandoned(FutureTask<?> task, Cancellation cancellation) {
    overdue.incrementAndGet();
    LOG.error(
        "pool={} a query still runs {} ms after it was cancelled; its thread is not free",
        name,
        GRACE.toMillis());
    task.cancel(false);
    return new FaultException(
        Fault.TIMED_OUT,
        "query timed out after %d ms".formatted(cancellation.elapsed().toMillis()));
  }

  /// Queries that run now.
  public int running() {
    return threads.getActiveCount();
  }

  /// Queries that wait for a thread.
  public int waiting() {
    return threads.getQueue().size();
  }

  /// How many queries did not end within a second after they were cancelled.
  public long overdue() {
    return overdue.get();
  }

  /// Cancels what runs and waits for it to end.
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      threads.shutdown();
      try {
        if (!threads.awaitTermination(STOP.toMillis(), TimeUnit.MILLISECONDS)) {
          LOG.error("pool={} queries still run {} ms after the stop", name, STOP.toMillis());
        }
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      }
      open.closed();
    }
  }
}
