package dev.gori.delivery.rollout;

/// A step that changes other systems. Every step may safely run twice.
public enum RolloutStep {
  /// Load the version beside the one that serves.
  DEPLOY,
  /// Send rows that fit its signature to the loaded version.
  SMOKE,
  /// Point the alias to the version and pin it in Git.
  COMMIT,
  /// Swap the serving variant to the version.
  RELOAD,
  /// Remove the staged version; traffic was not shifted.
  UNSTAGE,
  /// Revert the pin in Git, if there is one; traffic was not shifted.
  UNPIN,
  /// Swap the serving variant back to the last good version.
  TRAFFIC_BACK,
  ALIAS_BACK,
  /// Write the revert commit.
  REVERT
}
