package dev.gori.base.run;

import dev.gori.kernel.life.OpenResources;
import dev.gori.kernel.time.Time;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs a piece of work periodically, with a pause between the end of one run and the start of the
/// next. A run that fails is logged; the next one follows. Closing waits for the current run.
public final class PeriodicTask implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(PeriodicTask.class);

  /// One run of the work.
  @FunctionalInterface
  public interface Work {
    void run() throws Exception;
  }

  private final Time time;
  private final String name;
  private final Duration pause;
  private final Work work;
  private final OpenResources open;
  private final ReentrantLock running = new ReentrantLock();
  private volatile boolean stopped;
  private volatile Time.@Nullable Handle next;

  private PeriodicTask(Time time, String name, Duration pause, Work work) {
    this.time = time;
    this.name = name;
    this.pause = pause;
    this.work = work;
    this.open = OpenResources.mark("loop " + name);
  }

  /// Starts with a first run immediately.
  public static PeriodicTask start(Time time, String name, Duration pause, Work work) {
    return startAfter(Duration.ZERO, time, name, pause, work);
  }

  public static PeriodicTask startAfter(
      Duration delay, Time time, String name, Duration pause, Work work) {
    var repeating = new PeriodicTask(time, name, pause, work);
    repeating.schedule(delay);
    return repeating;
  }

  private void schedule(Duration delay) {
    if (!stopped) {
      next = time.at(time.now().plus(delay), this::round);
    }
  }

  private void round() {
    running.lock();
    try {
      if (!stopped) {
        work.run();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (Throwable e) { // an Error too: the next run follows
      LOG.error("loop={} round failed, the next one follows in {} ms", name, pause.toMillis(), e);
    } finally {
      running.unlock();
      schedule(pause);
    }
  }

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
    if (!running.isHeldByCurrentThread()) {
      running.lock();
      running.unlock();
    }
    open.closed();
  }
}
