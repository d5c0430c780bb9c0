package dev.gori.delivery.sync;

import java.util.Locale;

/// How the environment stands against Git.
public enum SyncState {
  /// No commit was applied or refused yet.
  UNKNOWN,
  SYNCED,
  /// The head is not applied yet, or something differs from Git.
  OUT_OF_SYNC,
  /// A rollout is under way.
  ROLLING_OUT,
  /// The head has problems.
  REFUSED,
  /// The last pass over the repository failed.
  FAILED,
  /// The last full pass over the repository is too long ago.
  STALLED;

  /// The text in JSON and in the database, such as `stalled`.
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
