package dev.gori.delivery.sync;

import java.util.Locale;

/// How the environment compares with Git.
public enum SyncState {
  /// Sync has neither applied nor rejected a commit yet.
  UNKNOWN,
  SYNCED,
  /// The head is not applied yet, or something differs from Git.
  OUT_OF_SYNC,
  /// A rollout is in progress.
  ROLLING_OUT,
  /// The head has problems.
  REFUSED,
  /// The last sync failed.
  FAILED,
  /// The last complete poll of the repository is too long ago.
  STALLED;

  /// The text in JSON and in the database, such as `stalled`.
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
