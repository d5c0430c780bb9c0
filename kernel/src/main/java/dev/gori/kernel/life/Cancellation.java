package dev.gori.kernel.life;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Cancels work that runs for a caller: at its deadline, when the client disconnects, or when the
/// server stops. The thread that waits for the work cancels it; the work calls {@link #check} at
/// least every few milliseconds, which costs one volatile read.
///
/// It does not interrupt the thread, because an interrupt would close the file channels that the
/// thread reads from, also for other threads.
public final class Cancellation {

  public enum Cause {
    DEADLINE,
    CALLER_GONE,
    STOPPING
  }

  /// What {@link #check} throws. It has no stack trace.
  public static final class CancelledException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Cause why;

    public CancelledException(Cause why) {
      super("cancelled: " + why, null, false, false);
      this.why = why;
    }

    public Cause why() {
      return why;
    }
  }

  /// Closing it unregisters the action of {@link #onCancel}.
  public interface Registration extends AutoCloseable {
    @Override
    void close();
  }

  private static final Duration NO_DEADLINE = Duration.ofDays(365);
  private static final ScopedValue<Cancellation> CURRENT = ScopedValue.newInstance();

  private final long since = System.nanoTime();
  private final Set<Runnable> actions = ConcurrentHashMap.newKeySet();
  private volatile long allowed;
  private volatile @Nullable Cause cause;

  /// For work without a deadline.
  public Cancellation() {
    this(NO_DEADLINE);
  }

  /// @param allowed how long the work may take, including its time in a queue
  public Cancellation(Duration allowed) {
    this.allowed = allowed.toNanos();
  }

  /// Throws if the thread's work was cancelled; does nothing outside cancellable work.
  ///
  /// @throws CancelledException when the work that this thread does was cancelled
  public static void check() {
    if (CURRENT.isBound()) {
      CURRENT.get().throwIfCancelled();
    }
  }

  /// The cancellation of this thread's work; outside cancellable work, a new one that is never
  /// cancelled.
  public static Cancellation current() {
    return CURRENT.isBound() ? CURRENT.get() : new Cancellation();
  }

  /// Runs the work with this as its {@link #current} cancellation.
  public <T> T call(Callable<T> work) throws Exception {
    throwIfCancelled();
    return ScopedValue.where(CURRENT, this).call(work::call);
  }

  private void throwIfCancelled() {
    var why = cause;
    if (why != null) {
      throw new CancelledException(why);
    }
  }

  /// Shortens the time that the work may take; a longer duration has no effect.
  ///
  /// @param shorter counted from the start, including the time in a queue
  public void within(Duration shorter) {
    allowed = Math.min(allowed, shorter.toNanos());
  }

  /// How long the work has taken so far, including its time in a queue.
  public Duration elapsed() {
    return Duration.ofNanos(System.nanoTime() - since);
  }

  /// The time until the deadline; negative after it.
  public Duration left() {
    return Duration.ofNanos(allowed - (System.nanoTime() - since));
  }

  /// Cancels the work. Later calls have no effect.
  public void cancel(Cause why) {
    synchronized (this) {
      if (cause != null) {
        return;
      }
      cause = why;
    }
    actions.forEach(Runnable::run);
  }

  public boolean isCancelled() {
    return cause != null;
  }

  /// Runs an action when the work is cancelled, for work that cannot call {@link #check} while it
  /// waits, such as a database statement. The action runs on the thread that cancels, or
  /// immediately on this thread if the work is already cancelled.
  public Registration onCancel(Runnable action) {
    actions.add(action);
    if (isCancelled()) {
      action.run();
    }
    return () -> actions.remove(action);
  }
}
