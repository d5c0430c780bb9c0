package dev.gori.serving.gateway;

import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// Limits the predictions that run concurrently and the predictions that wait.
final class ConcurrencyLimiter {

  private final String name;
  private final int places;
  private final int queue;
  private final Duration longest;
  private final Semaphore free;
  private final AtomicInteger inside = new AtomicInteger();

  ConcurrencyLimiter(String name, int places, int queue, Duration longest) {
    this.name = name;
    this.places = places;
    this.queue = queue;
    this.longest = longest;
    this.free = new Semaphore(places);
  }

  /// Acquires a permit, waiting if necessary; {@link #leave} releases it. Throws TOO_BUSY if the
  /// wait queue is full or the wait times out.
  void enter() throws InterruptedException {
    if (inside.incrementAndGet() > places + queue) {
      inside.decrementAndGet();
      throw busy("%d predictions run and %d wait".formatted(places, queue));
    }
    if (!free.tryAcquire() && !await()) {
      throw busy("no place came free within %d ms".formatted(longest.toMillis()));
    }
  }

  private boolean await() throws InterruptedException {
    boolean taken = false;
    try {
      taken = free.tryAcquire(longest.toNanos(), TimeUnit.NANOSECONDS);
      return taken;
    } finally {
      if (!taken) {
        inside.decrementAndGet();
      }
    }
  }

  void leave() {
    free.release();
    inside.decrementAndGet();
  }

  private FaultException busy(String what) {
    return new FaultException(
        Fault.TOO_BUSY,
        "variant %s is at its limit: %s; try again after the time in Retry-After"
            .formatted(name, what));
  }
}
