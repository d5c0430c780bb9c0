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

/// Does work at multiples of an interval, moved by an offset that is made of a seed, so that not
/// everything happens at once and the same thing happens at the same times after a restart. A round
/// that lasts too long costs the rounds that it misses.
public final class AlignedSchedule implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(AlignedSchedule.class);

  /// One round.
  @FunctionalInterface
  public interface Task {
    /// @param scheduled when the round should have begun
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

  /// How far into its interval work with a seed begins, in milliseconds.
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
    } catch (Throwable e) { // an Error too: the next round comes all the same
      LOG.error("schedule={} round failed, the next one follows", name, e);
    } finally {
      running.unlock();
      long following = Math.max(number + 1, Math.floorDiv(time.millis() - offset, interval) + 1);
      missed.addAndGet(following - number - 1);
      schedule(following);
    }
  }

  /// Rounds that did not take place because the one before lasted too long.
  public long missed() {
    return missed.get();
  }

  /// Waits for the round that is under way.
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
