package dev.gori.delivery.record;

import java.util.Locale;

/// The progress of one stage of a rollout or of a change.
public enum StageState {
  PENDING,
  RUNNING,
  SUCCEEDED,
  FAILED,
  /// The stage will not run.
  SKIPPED;

  /// The text in JSON and in the database, such as `skipped`.
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// @throws IllegalArgumentException for any other text
  public static StageState of(String text) {
    return valueOf(text.toUpperCase(Locale.ROOT));
  }
}
