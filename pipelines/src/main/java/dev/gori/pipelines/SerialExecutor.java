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

/// The one thread that changes runs, and its bounded inbox. After every piece of work it settles
/// what follows from it. Work or settling that fails, as when the database cannot be written, is
/// logged and settling is tried again with a growing delay: only closing ends the thread.
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

  /// @param settle runs on the owner thread after each piece of work
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

  /// Waits for work; after a failure no longer than the backoff, so that settling is tried again
  /// though nothing comes in.
  private @Nullable Runnable next(int failures) throws InterruptedException {
    return failures == 0
        ? inbox.take()
        : inbox.poll(BACKOFF.delay(failures, random).toMillis(), TimeUnit.MILLISECONDS);
  }

  /// Why the last settling failed; null when it did not.
  @Nullable String failing() {
    return failing;
  }

  /// Asks the owner to settle; many askings become one.
  void wake() {
    if (wakePosted.compareAndSet(false, true)) {
      post(() -> wakePosted.set(false));
    }
  }

  /// Hands work over; waits for room.
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

  /// Does work on the owner thread and gives its result.
  ///
  /// @throws FaultException TOO_BUSY at once when the inbox is full, TIMED_OUT when its turn did
  ///   not come, or what the work threw
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
