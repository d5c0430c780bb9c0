package dev.gori.delivery.sync;

import java.util.Locale;

/// What the metrics count of synchronization.
public enum SyncOutcome {
  APPLIED,
  REFUSED,
  /// An applier, or a pass as a whole.
  FAILED,
  /// The Git server did not answer.
  UNREACHABLE,
  /// Something that differed from Git was put back.
  HEALED;

  /// The text in JSON and in the database, such as `healed`.
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
