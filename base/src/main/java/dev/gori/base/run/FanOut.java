package dev.gori.base.run;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Structured concurrency: no part outlives the call, and the first failure cancels the others. It
/// will use StructuredTaskScope once that is no preview any more.
public final class FanOut {

  private FanOut() {}

  /// Runs all parts concurrently.
  ///
  /// @return the results, in the order of the parts
  /// @throws ExecutionException what the first failing part threw
  /// @throws TimeoutException when not all were done by the deadline
  public static <T> List<T> all(List<? extends Callable<T>> parts, Duration deadline)
      throws ExecutionException, TimeoutException, InterruptedException {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var done = new ExecutorCompletionService<T>(threads);
      var running = parts.stream().map(part -> done.submit(part)).toList();
      long end = System.nanoTime() + deadline.toNanos();
      try {
        for (int left = running.size(); left > 0; left--) {
          var first = done.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
          if (first == null) {
            throw new TimeoutException(
                "%d of %d parts unfinished after %d ms"
                    .formatted(left, running.size(), deadline.toMillis()));
          }
          first.get();
        }
      } finally {
        running.forEach(part -> part.cancel(true));
      }
      return running.stream().map(Future::resultNow).toList();
    }
  }
}
