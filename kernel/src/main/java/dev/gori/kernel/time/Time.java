package dev.gori.kernel.time;

import java.time.Instant;

/// The only source of time in the platform.
public interface Time {

  Instant now();

  /// Milliseconds since the epoch.
  default long millis() {
    return now().toEpochMilli();
  }

  /// Runs the task once, at or after the instant, on a thread of its own. Closing the handle
  /// cancels a task that has not begun.
  Handle at(Instant when, Runnable task);

  /// A scheduled task.
  interface Handle extends AutoCloseable {
    @Override
    void close();
  }
}
