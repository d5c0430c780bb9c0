package dev.gori.delivery.rollout;

/// A piece of work outside, which may be done twice without harm.
public enum RolloutStep {
  /// Load the version beside the one that serves.
  DEPLOY,
  /// Ask the loaded version with rows that fit its signature.
  SMOKE,
  /// Point the alias to the version and pin it in Git.
  COMMIT,
  /// Let the serving variant swap to the version.
  RELOAD,
  /// Take the staged version out again; nothing was shifted yet.
  UNSTAGE,
  /// Take the version out of Git where a person pinned it; nothing was shifted yet.
  UNPIN,
  /// Let the serving variant swap back to the last good version.
  TRAFFIC_BACK,
  ALIAS_BACK,
  /// Write the revert commit.
  REVERT
}
