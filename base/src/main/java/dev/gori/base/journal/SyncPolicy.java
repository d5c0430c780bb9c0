package dev.gori.base.journal;

/// When an append survives a power cut. It survives `kill -9` as soon as it returns.
public enum SyncPolicy {

  /// When the append returns: for data that is acknowledged to its sender.
  NOW,

  /// With the first append a second later: for data that nobody waits for, such as scraped samples.
  SOON
}
