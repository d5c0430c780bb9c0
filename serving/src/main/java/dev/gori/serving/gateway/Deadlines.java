package dev.gori.serving.gateway;

import dev.gori.base.run.BackgroundThreads;
import dev.gori.serving.inference.ModelRun;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Ends runs of models that take longer than they may.
///
/// One platform thread looks every {@value #LOOK_MILLIS} ms at the runs that are under way: a timer
/// for each would cost a quick prediction more than its deadline is worth, and a virtual thread
/// might not get a carrier while native code holds all of them.
final class Deadlines implements AutoCloseable {

  private static final int LOOK_MILLIS = 50;
  private static final Duration LONGEST_STOP = Duration.ofSeconds(5);

  /// A run that is under way.
  ///
  /// @param until by `System.nanoTime()`
  private record Watched(ModelRun run, long until) {}

  private final Set<Watched> watched = ConcurrentHashMap.newKeySet();
  private final CountDownLatch ended = new CountDownLatch(1);
  private final BackgroundThreads.Running looking;
  private volatile boolean closed;

  Deadlines(BackgroundThreads threads) {
    looking = threads.start("gateway-deadlines", this::lookUntilEnded);
  }

  /// A piece of work in a run.
  interface Work<T> {
    T in(ModelRun run);
  }

  /// Does the work in a run that is ended after a while.
  ///
  /// @throws dev.gori.kernel.fault.FaultException TIMED_OUT when it was ended
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

  /// Ends all runs, also those that begin from now on.
  @Override
  public void close() {
    closed = true;
    watched.forEach(entry -> entry.run().end());
    ended.countDown();
    looking.join(LONGEST_STOP);
  }
}
