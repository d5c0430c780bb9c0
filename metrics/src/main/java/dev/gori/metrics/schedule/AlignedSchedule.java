package dev.gori.metrics.schedule;

import dev.gori.kernel.life.OpenResources;
import dev.gori.kernel.time.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs a task at multiples of an interval plus an offset. The offset comes from a seed, so that
/// tasks are spread evenly and keep their times across restarts. If a run takes too long, the
/// missed runs are skipped.
public final class AlignedSchedule implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(AlignedSchedule.class);

  /// The task.
  @FunctionalInterface
  public interface Task {
    /// @param scheduled scheduled start
    void run(Instant scheduled) throws Exception;
  }

  private final Time time;
  private final String name;
  private final long interval;
  private final long offset;
  private final Task task;
  private final OpenResources open;
  private final AtomicLong missed = new AtomicLong();
  private final ReentrantLock running = new ReentrantLock();
  private volatile boolean stopped;
  private volatile Time.@Nullable Handle next;

  public AlignedSchedule(Time time, String name, Duration interval, long seed, Task work) {
    this.time = time;
    this.name = name;
    this.interval = interval.toMillis();
    this.offset = offset(interval, seed);
    this.task = work;
    this.open = OpenResources.mark("schedule " + name);
  }

  /// The offset within the interval for a seed, in milliseconds.
  public static long offset(Duration interval, long seed) {
    return Math.floorMod(seed * 0x9E3779B97F4A7C15L, interval.toMillis());
  }

  public void start() {
    schedule(Math.floorDiv(time.millis() - offset, interval) + 1);
  }

  private void schedule(long number) {
    if (!stopped) {
      var at = Instant.ofEpochMilli(number * interval + offset);
      next = time.at(at, () -> round(at, number));
    }
  }

  private void round(Instant at, long number) {
    running.lock();
    try {
      if (!stopped) {
        task.run(at);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (Throwable e) { // also an Error: the next run must be scheduled
      LOG.error("schedule={} run failed, the next one follows", name, e);
    } finally {
      running.unlock();
      long following = Math.max(number + 1, Math.floorDiv(time.millis() - offset, interval) + 1);
      missed.addAndGet(following - number - 1);
      schedule(following);
    }
  }

  /// Number of runs skipped because the previous one took too long.
  public long missed() {
    return missed.get();
  }

  /// Waits for a run in progress.
  @Override
  public void close() {
    if (stopped) {
      return;
    }
    stopped = true;
    var waiting = next;
    if (waiting != null) {
      waiting.close();
    }
    running.lock();
    running.unlock();
    open.closed();
  }
}
