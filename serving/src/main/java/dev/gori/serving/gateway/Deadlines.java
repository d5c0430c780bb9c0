package dev.gori.serving.gateway;

import dev.gori.base.run.BackgroundThreads;
import dev.gori.serving.inference.ModelRun;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Terminates model runs that exceed their deadline.
///
/// One platform thread checks the active runs every {@value #LOOK_MILLIS} ms. A timer for each run
/// would be expensive for quick predictions, and a virtual thread might not get a carrier while
/// native code occupies all carriers.
final class Deadlines implements AutoCloseable {

  private static final int LOOK_MILLIS = 50;
  private static final Duration LONGEST_STOP = Duration.ofSeconds(5);

  /// An active run.
  ///
  /// @param until the deadline, on the clock of `System.nanoTime()`
  private record Watched(ModelRun run, long until) {}

  private final Set<Watched> watched = ConcurrentHashMap.newKeySet();
  private final CountDownLatch ended = new CountDownLatch(1);
  private final BackgroundThreads.Running looking;
  private volatile boolean closed;

  Deadlines(BackgroundThreads threads) {
    looking = threads.start("gateway-deadlines", this::lookUntilEnded);
  }

  /// Work that uses a run.
  interface Work<T> {
    T in(ModelRun run);
  }

  /// Does the work in a run that this class terminates after the limit.
  ///
  /// @throws dev.gori.kernel.fault.FaultException TIMED_OUT if the work fails because the run was
  ///   terminated
  <T> T within(Duration limit, Work<T> work) {
    try (var run = new ModelRun()) {
      var entry = new Watched(run, System.nanoTime() + limit.toNanos());
      watched.add(entry);
      try {
        if (closed) {
          run.end();
        }
        return work.in(run);
      } finally {
        watched.remove(entry);
      }
    }
  }

  private void lookUntilEnded() throws InterruptedException {
    while (!ended.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
      look();
    }
  }

  private void look() {
    long now = System.nanoTime();
    for (var entry : watched) {
      if (entry.until() - now <= 0) {
        entry.run().end();
      }
    }
  }

  /// Terminates all active runs and every run that starts later.
  @Override
  public void close() {
    closed = true;
    watched.forEach(entry -> entry.run().end());
    ended.countDown();
    looking.join(LONGEST_STOP);
  }
}
