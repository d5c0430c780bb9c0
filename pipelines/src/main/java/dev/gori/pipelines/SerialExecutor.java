package dev.gori.pipelines;

import dev.gori.base.run.BackgroundThreads;
import dev.gori.base.run.Backoff;
import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import dev.gori.kernel.life.OpenResources;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/// The single thread that changes runs, with a bounded queue of work. After each piece of work it
/// calls `settle`. When work or `settle` throws, for example because the database cannot be
/// written, it logs the failure and retries with exponential backoff. Only {@link #close} ends the
/// thread.
final class SerialExecutor implements AutoCloseable {

  private static final int ROOM = 10_000;
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Backoff BACKOFF =
      new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(30), Integer.MAX_VALUE);

  private final BlockingQueue<Runnable> inbox = new ArrayBlockingQueue<>(ROOM);
  private final AtomicBoolean wakePosted = new AtomicBoolean();
  private final Runnable settle;
  private final Logger log;
  private final String name;
  private final BackgroundThreads threads;
  private final OpenResources open;
  private final RandomGenerator random = RandomGenerator.getDefault();
  private volatile boolean stopped;
  private volatile @Nullable String failing;
  private BackgroundThreads.@Nullable Running thread;

  /// @param settle runs on this executor's thread after each piece of work
  SerialExecutor(String name, Runnable settle, BackgroundThreads threads, Logger log) {
    this.settle = settle;
    this.log = log;
    this.name = name;
    this.threads = threads;
    this.open = OpenResources.mark("owner " + name);
  }

  void start() {
    thread = threads.start(name, this::run);
  }

  private void run() throws InterruptedException {
    int failures = 0;
    while (!stopped) {
      try {
        var work = next(failures);
        if (work != null) {
          work.run();
        }
        if (!stopped) {
          settle.run();
        }
        if (failures > 0) {
          log.info("pipelines go on after {} failed attempts", failures);
        }
        failures = 0;
        failing = null;
      } catch (InterruptedException e) {
        throw e;
      } catch (Throwable e) {
        failures++;
        failing = String.valueOf(e.getMessage());
        if (!stopped) {
          log.error(
              "pipelines did not go on, tried again in at most {} s",
              BACKOFF.longest().toSeconds(),
              e);
        }
      }
    }
  }

  /// Waits for work; after a failure at most for the backoff, so that `settle` is retried even if
  /// no work arrives.
  private @Nullable Runnable next(int failures) throws InterruptedException {
    return failures == 0
        ? inbox.take()
        : inbox.poll(BACKOFF.delay(failures, random).toMillis(), TimeUnit.MILLISECONDS);
  }

  /// Why the last iteration failed; null if it succeeded.
  @Nullable String failing() {
    return failing;
  }

  /// Schedules a call of `settle`; concurrent requests are coalesced.
  void wake() {
    if (wakePosted.compareAndSet(false, true)) {
      post(() -> wakePosted.set(false));
    }
  }

  /// Enqueues work; blocks while the queue is full. Does nothing after {@link #close}.
  void post(Runnable work) {
    boolean interrupted = false;
    while (!stopped) {
      try {
        if (inbox.offer(work, 1, TimeUnit.SECONDS)) {
          break;
        }
      } catch (InterruptedException _) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /// Runs work on this executor's thread and returns its result.
  ///
  /// @throws FaultException TOO_BUSY immediately if the queue is full; TIMED_OUT if the work has
  ///   not finished within 20 s or the caller is interrupted; the fault that the work threw;
  ///   BROKEN_INVARIANT if the work threw another exception
  <T> T ask(Supplier<T> work) {
    var answer = new CompletableFuture<T>();
    boolean accepted =
        inbox.offer(
            () -> {
              try {
                answer.complete(work.get());
              } catch (Throwable e) {
                answer.completeExceptionally(e);
              }
            });
    if (!accepted) {
      throw new FaultException(
          Fault.TOO_BUSY, "pipelines: %d requests wait already; try again later".formatted(ROOM));
    }
    try {
      return answer.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new FaultException(
          Fault.TIMED_OUT,
          "pipelines: the turn did not come within %d s".formatted(PATIENCE.toSeconds()),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FaultException(Fault.TIMED_OUT, "pipelines: interrupted while waiting", e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof FaultException fault
          ? new FaultException(fault.fault(), fault.reason(), e)
          : new FaultException(Fault.BROKEN_INVARIANT, "pipelines: " + e.getCause(), e);
    }
  }

  @Override
  public void close() {
    if (stopped) {
      return;
    }
    stopped = true;
    var running = thread;
    if (running != null) {
      running.stop(PATIENCE);
    }
    open.closed();
  }
}
