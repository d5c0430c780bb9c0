package dev.gori.delivery.record;

import java.util.Locale;

/// What a rollout found out or did, in the order of the JSON document.
public enum RolloutFact {
  /// The alert of the rollback was raised.
  ALERTED,
  /// The version that the alias pointed to before; empty for none.
  ALIAS_BEFORE,
  COMMIT_DETAIL,
  DEPLOY_DETAIL,
  /// Why the last attempt of a step failed.
  LAST_FAILURE,
  /// Why the last round of measurements gave no verdict.
  LAST_MISSING,
  /// The commit that pins the version.
  PIN_COMMIT,
  RELOAD_DETAIL,
  /// The commit that takes the version back.
  REVERT_COMMIT,
  ROLLBACK_DETAIL,
  SMOKE_DETAIL,
  /// The variant in which the version was loaded beside the serving one.
  STAGED,
  /// Milliseconds from the verdict until traffic was back.
  TRAFFIC_BACK_MS;

  /// The text in JSON and in the database, such as `traffic_back_ms`.
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// @throws IllegalArgumentException for any other text
  public static RolloutFact of(String text) {
    return valueOf(text.toUpperCase(Locale.ROOT));
  }
}
