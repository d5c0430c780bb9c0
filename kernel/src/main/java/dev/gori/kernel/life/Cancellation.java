package dev.gori.kernel.life;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Ends work that runs for a caller: at its deadline, when the caller has gone, or when the server
/// stops. The one who waits for the work cancels; the work calls {@link #check} at least every few
/// milliseconds, which costs one volatile read.
///
/// A thread is not interrupted for this: an interrupt would close the file channels that it reads
/// from, for everybody.
public final class Cancellation {

  public enum Cause {
    DEADLINE,
    CALLER_GONE,
    STOPPING
  }

  /// What {@link #check} throws. It has no stack trace; where the work was is of no interest.
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

  /// Undoes {@link #onCancel}.
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

  /// Of work that nothing but {@link #cancel} ends.
  public Cancellation() {
    this(NO_DEADLINE);
  }

  /// @param allowed how long the work may take, its time in a queue included
  public Cancellation(Duration allowed) {
    this.allowed = allowed.toNanos();
  }

  /// Does nothing outside of work that can be cancelled.
  ///
  /// @throws CancelledException when the work that this thread does was cancelled
  public static void check() {
    if (CURRENT.isBound()) {
      CURRENT.get().throwIfCancelled();
    }
  }

  /// The one of the work that this thread does; one that nobody cancels outside of such work.
  public static Cancellation current() {
    return CURRENT.isBound() ? CURRENT.get() : new Cancellation();
  }

  /// Does the work with this as its {@link #current}.
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

  /// Shortens the time that the work may take; a longer one changes nothing.
  ///
  /// @param shorter counted from the start, the time in a queue included
  public void within(Duration shorter) {
    allowed = Math.min(allowed, shorter.toNanos());
  }

  /// How long the work has taken until now, its time in a queue included.
  public Duration elapsed() {
    return Duration.ofNanos(System.nanoTime() - since);
  }

  /// What is left until the deadline; negative after it.
  public Duration left() {
    return Duration.ofNanos(allowed - (System.nanoTime() - since));
  }

  /// Cancels the work. Only the first call counts.
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

  /// Runs an action when the work is cancelled, for work that waits where it cannot check: a
  /// statement of a database, say. The action runs on the thread that cancels, immediately when
  /// that has happened.
  public Registration onCancel(Runnable action) {
    actions.add(action);
    if (isCancelled()) {
      action.run();
    }
    return () -> actions.remove(action);
  }
}
