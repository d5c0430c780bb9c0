package dev.gori.testkit;

import dev.gori.kernel.time.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Time that stands still until a test moves it; due tasks run on the test's thread, in order.
public final class ManualClock implements Time {

  private record Due(Instant when, Runnable task) {}

  private final List<Due> due = new ArrayList<>();
  private Instant now;

  public ManualClock() {
    this(Instant.parse("2030-01-01T00:00:00Z"));
  }

  public ManualClock(Instant start) {
    this.now = start;
  }

  @Override
  public synchronized Instant now() {
    return now;
  }

  @Override
  public synchronized Handle at(Instant when, Runnable task) {
    var entry = new Due(when, task);
    due.add(entry);
    return () -> {
      synchronized (this) {
        due.remove(entry);
      }
    };
  }

  /// Moves the clock, stopping at each task that falls due, also at those that tasks add on the
  /// way.
  public void forward(Duration by) {
    var end = now().plus(by);
    for (var next = takeNext(end); next != null; next = takeNext(end)) {
      next.task().run();
    }
    synchronized (this) {
      now = end;
    }
  }

  private synchronized @Nullable Due takeNext(Instant end) {
    var first =
        due.stream()
            .filter(entry -> !entry.when().isAfter(end))
            .min(Comparator.comparing(Due::when))
            .orElse(null);
    if (first != null) {
      due.remove(first);
      if (first.when().isAfter(now)) {
        now = first.when();
      }
    }
    return first;
  }
}
