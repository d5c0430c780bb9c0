package dev.gori.delivery.sync;

import java.util.Locale;

/// The outcomes of a sync, as the metrics count them.
public enum SyncOutcome {
  APPLIED,
  REFUSED,
  /// An applier or the whole sync failed.
  FAILED,
  /// The Git server did not answer.
  UNREACHABLE,
  /// Sync corrected a difference from Git.
  HEALED;

  /// The text in JSON and in the database, such as `healed`.
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
