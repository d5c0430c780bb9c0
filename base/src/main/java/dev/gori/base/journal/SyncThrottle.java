package dev.gori.base.journal;

import dev.gori.kernel.time.Time;

/// Decides which append to a journal syncs it, at most once a second for {@link SyncPolicy#SOON}.
/// Safe from any thread.
public final class SyncThrottle {

  private static final long BETWEEN = 1000; // milliseconds

  private final Time time;
  private volatile long last; // when the last sync began, milliseconds

  public SyncThrottle(Time time) {
    this.time = time;
  }

  /// Claims the sync for the caller when one is due. A clock that was set back does not delay it.
  ///
  /// @return whether the caller must sync
  public boolean claim(SyncPolicy sync) {
    long now = time.millis();
    if (sync == SyncPolicy.SOON && Math.abs(now - last) < BETWEEN) {
      return false;
    }
    last = now;
    return true;
  }
}
