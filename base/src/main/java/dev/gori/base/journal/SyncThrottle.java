package dev.gori.base.journal;

import dev.gori.kernel.time.Time;

/// Says who of those that append to a journal syncs it. Safe from any thread.
public final class SyncThrottle {

  private static final long BETWEEN = 1000; // milliseconds

  private final Time time;
  private volatile long last; // when the last sync began, milliseconds

  public SyncThrottle(Time time) {
    this.time = time;
  }

  /// Leaves the sync to the caller when it is due, and counts it as done. A clock that was set back
  /// does not put it off.
  ///
  /// @return whether the caller is to sync
  public boolean claim(SyncPolicy sync) {
    long now = time.millis();
    if (sync == SyncPolicy.SOON && Math.abs(now - last) < BETWEEN) {
      return false;
    }
    last = now;
    return true;
  }
}
