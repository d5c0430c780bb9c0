package dev.gori.delivery.record;

import java.util.Locale;

/// What a rollout found or did, in the order of the JSON document.
public enum RolloutFact {
  /// Delivery raised the alert of the rollback.
  ALERTED,
  /// The version that the alias pointed to before the rollout; empty for none.
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
  /// The commit that reverts the version.
  REVERT_COMMIT,
  ROLLBACK_DETAIL,
  SMOKE_DETAIL,
  /// The staging variant that loaded the version for the smoke test.
  STAGED,
  /// Milliseconds from the verdict until the last good version had the traffic again.
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
