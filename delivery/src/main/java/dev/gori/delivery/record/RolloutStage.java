package dev.gori.delivery.record;

import java.util.Locale;
import java.util.Optional;

/// The stages of a rollout, in their order.
public enum RolloutStage {
  /// Load the version beside the one that serves.
  DEPLOY,
  /// Send test rows to the loaded version.
  SMOKE,
  /// Point the alias to the version and pin it in Git.
  COMMIT,
  /// Swap the serving variant to the version.
  RELOAD,
  /// Measure the version under traffic.
  OBSERVE,
  /// Go back to the last good version.
  ROLLBACK;

  /// The text in JSON and in the database, such as `rollback`.
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// The fact that holds the stage's detail; empty for `OBSERVE`, whose detail is its progress.
  public Optional<RolloutFact> detailFact() {
    return switch (this) {
      case DEPLOY -> Optional.of(RolloutFact.DEPLOY_DETAIL);
      case SMOKE -> Optional.of(RolloutFact.SMOKE_DETAIL);
      case COMMIT -> Optional.of(RolloutFact.COMMIT_DETAIL);
      case RELOAD -> Optional.of(RolloutFact.RELOAD_DETAIL);
      case OBSERVE -> Optional.empty();
      case ROLLBACK -> Optional.of(RolloutFact.ROLLBACK_DETAIL);
    };
  }
}
