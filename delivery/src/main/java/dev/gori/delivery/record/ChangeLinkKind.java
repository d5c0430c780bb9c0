package dev.gori.delivery.record;

import java.util.Locale;

/// The kinds of a change's links, in the order of the JSON document.
public enum ChangeLinkKind {
  /// An alert's name.
  ALERT,
  FEATURE_VERSION,
  /// `MODEL/VERSION`.
  MODEL_VERSION,
  /// A pipeline run that the commit triggered, or that trained the version it pins.
  PIPELINE_RUN,
  /// The commit that reverts this one.
  REVERT_COMMIT,
  /// The commits that this one reverts.
  REVERTS,
  /// A rollout that the commit caused, or that wrote the commit.
  ROLLOUT,
  /// A training run in the registry.
  RUN_ID,
  /// A rollout of an `UNCAUSED_RUN`.
  UNCAUSED_ROLLOUT,
  /// A pipeline run of this commit's definition that a schedule or a person started.
  UNCAUSED_RUN;

  /// The text in JSON and in the database, such as `uncaused_run`.
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// @throws IllegalArgumentException for any other text
  public static ChangeLinkKind of(String text) {
    return valueOf(text.toUpperCase(Locale.ROOT));
  }
}
