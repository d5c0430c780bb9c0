package dev.gori.base.run;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The threads that work in the background of one environment, each with a loop of its own. A loop
/// that fails, whatever it threw, is logged, counted and started again after a pause; {@link
/// #states} tells how each is, for readiness and metrics.
///
/// Work that repeats with a pause belongs to {@link PeriodicTask}, work for one caller to its
/// caller's thread or to a pool with a bound.
public final class BackgroundThreads {

  private static final Logger LOG = LoggerFactory.getLogger(BackgroundThreads.class);
  private static final Backoff PAUSES =
      new Backoff(Duration.ofMillis(100), Duration.ofSeconds(30), Integer.MAX_VALUE);
  private static final Duration REMEMBERED = Duration.ofMinutes(1);
  private static final int TOO_MANY = 3;

  /// The loop of a thread: it returns when it has been asked to end.
  @FunctionalInterface
  public interface Loop {
    void run() throws InterruptedException;
  }

  /// How one thread is.
  ///
  /// @param isUp false while it does not run, and for a minute after a failure
  /// @param failures since it was started
  /// @param dead why it does no work, and since when; null while it works, or was started again and
  ///   has not failed three times in a row
  public record State(String name, boolean isUp, long failures, @Nullable String dead) {}

  private final List<Running> running = new CopyOnWriteArrayList<>();

  /// Starts a daemon platform thread.
  public Running start(String name, Loop loop) {
    var one = new Running(name, loop);
    running.add(one);
    one.thread.start();
    return one;
  }

  public List<State> states() {
    return running.stream().map(Running::state).toList();
  }

  /// Each thread that does no work: its name, since when and why.
  public List<String> dead() {
    var dead = new ArrayList<String>();
    for (var state : states()) {
      if (state.dead() != null) {
        dead.add("thread %s %s".formatted(state.name(), state.dead()));
      }
    }
    return dead;
  }

  /// One thread with its loop.
  public final class Running {
    private final String name;
    private final Loop loop;
    private final Thread thread;
    private volatile boolean stopping;
    private final AtomicLong failures = new AtomicLong();
    private volatile int inARow;
    private volatile long failingSince;
    private volatile long lastFailure;
    private volatile @Nullable Throwable cause;

    private Running(String name, Loop loop) {
      this.name = name;
      this.loop = loop;
      this.thread = Thread.ofPlatform().daemon().name(name).unstarted(this::run);
    }

    /// A loop that is stopped in its pause runs once more, and finds itself interrupted.
    private void run() {
      while (true) {
        long began = System.nanoTime();
        try {
          loop.run();
          stopping = true;
          return;
        } catch (Throwable t) { // whatever it is, the work goes on
          if (stopping) {
            return;
          }
          failed(t, began);
        }
      }
    }

    private void failed(Throwable t, long began) {
      long now = System.nanoTime();
      boolean soon = now - began < REMEMBERED.toNanos();
      int row = soon ? inARow + 1 : 1;
      inARow = row;
      if (row == 1) {
        failingSince = now;
      }
      lastFailure = now;
      long count = failures.incrementAndGet();
      cause = t;
      try {
        LOG.error("thread={} failed, it is started again, failures={}", name, count, t);
        var pause = PAUSES.delay(row, RandomGenerator.getDefault());
        LockSupport.parkNanos(pause.toNanos());
      } catch (Throwable _) {
        // out of memory while saying so: the next round may have some
      }
    }

    private State state() {
      boolean alive = thread.isAlive() || stopping;
      long now = System.nanoTime();
      var why = cause;
      boolean failed = why != null && now - lastFailure < REMEMBERED.toNanos();
      boolean dead = !alive || failed && inARow >= TOO_MANY;
      return new State(
          name,
          alive && !failed,
          failures.get(),
          dead
              ? "does no work for %d s: %s"
                  .formatted(TimeUnit.NANOSECONDS.toSeconds(now - failingSince), why)
              : null);
    }

    public boolean isStopping() {
      return stopping;
    }

    /// Interrupts the loop, which then ends, and waits for it.
    ///
    /// @return whether it has ended
    public boolean stop(Duration most) {
      stopping = true;
      thread.interrupt();
      return join(most);
    }

    /// Waits for a loop that was asked to end in a way of its own.
    ///
    /// @return whether it has ended
    public boolean join(Duration most) {
      try {
        boolean ended = thread.join(most);
        if (ended) {
          running.remove(this);
        }
        return ended;
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
  }
}
