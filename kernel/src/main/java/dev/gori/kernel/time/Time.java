package dev.gori.kernel.time;

import java.time.Instant;

/// The only source of time in the platform.
public interface Time {

  Instant now();

  /// Milliseconds since the epoch.
  default long millis() {
    return now().toEpochMilli();
  }

  /// Runs the task once, at or after the instant, on its own thread. Closing the handle cancels a
  /// task that has not started.
  Handle at(Instant when, Runnable task);

  /// A scheduled task.
  interface Handle extends AutoCloseable {
    @Override
    void close();
  }
}
