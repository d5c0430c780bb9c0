package dev.gori.app.running;

import dev.gori.kernel.fault.FaultException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/// Waits for a condition in another process, by polling every 250 ms.
public final class Poller {

  private static final Duration PAUSE = Duration.ofMillis(250);

  private Poller() {}

  /// @param look returns the result once it exists; a fault counts as empty
  /// @return empty when there is no result by the deadline
  public static <T> Optional<T> until(Duration deadline, Supplier<Optional<T>> look) {
    long end = System.nanoTime() + deadline.toNanos();
    while (true) {
      var found = look(look);
      if (found.isPresent() || System.nanoTime() > end || Thread.currentThread().isInterrupted()) {
        return found;
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }

  public static boolean untilTrue(Duration deadline, Supplier<Boolean> condition) {
    return until(deadline, () -> condition.get() ? Optional.of(true) : Optional.empty())
        .isPresent();
  }

  private static <T> Optional<T> look(Supplier<Optional<T>> look) {
    try {
      return look.get();
    } catch (FaultException _) {
      return Optional.empty();
    }
  }
}
