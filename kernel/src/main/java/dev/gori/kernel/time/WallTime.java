package dev.gori.kernel.time;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/// The machine's clock. One platform thread runs the timers; each task runs on a virtual thread, so
/// that a slow task does not delay others.
public final class WallTime implements Time, AutoCloseable {

  private final ScheduledExecutorService timers =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            var thread = new Thread(task, "gori-timers");
            thread.setDaemon(true);
            return thread;
          });

  @Override
  public Instant now() {
    return Instant.now();
  }

  @Override
  public Handle at(Instant when, Runnable task) {
    long nanos = Math.max(0, Duration.between(now(), when).toNanos());
    var due =
        timers.schedule(
            () -> Thread.ofVirtual().name("timer").start(task), nanos, TimeUnit.NANOSECONDS);
    return () -> due.cancel(false);
  }

  @Override
  public void close() {
    timers.shutdownNow();
  }
}
