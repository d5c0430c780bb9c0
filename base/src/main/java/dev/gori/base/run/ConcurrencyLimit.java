package dev.gori.base.run;

import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// Limits how many callers run a piece of work concurrently. The others wait in the order of
/// arrival, unless too many wait already.
public final class ConcurrencyLimit {

  private final String what;
  private final int concurrency;
  private final int mostWaiting;
  private final Semaphore free;
  private final AtomicInteger waiting = new AtomicInteger();

  /// @param what such as `query`
  /// @param mostWaiting callers that may wait
  public ConcurrencyLimit(String what, int atOnce, int mostWaiting) {
    this.what = what;
    this.concurrency = atOnce;
    this.mostWaiting = mostWaiting;
    this.free = new Semaphore(atOnce, true);
  }

  /// @param patience how long to wait
  /// @throws FaultException TIMED_OUT after waiting for `patience`, TOO_BUSY immediately when too
  ///   many wait
  public <T> T run(Duration patience, Callable<T> work) throws Exception {
    if (!free.tryAcquire()) {
      await(patience);
    }
    try {
      return work.call();
    } finally {
      free.release();
    }
  }

  private void await(Duration patience) throws InterruptedException {
    try {
      if (waiting.incrementAndGet() > mostWaiting) {
        throw new FaultException(
            Fault.TOO_BUSY,
            "%s refused: %d run at once and %d wait, which are the limits; try again later"
                .formatted(what, concurrency, mostWaiting));
      }
      if (!free.tryAcquire(patience.toNanos(), TimeUnit.NANOSECONDS)) {
        throw new FaultException(
            Fault.TIMED_OUT,
            "%1$s timed out in %1$s queue: none of %2$d places became free within %3$d ms"
                .formatted(what, concurrency, patience.toMillis()));
      }
    } finally {
      waiting.decrementAndGet();
    }
  }
}
