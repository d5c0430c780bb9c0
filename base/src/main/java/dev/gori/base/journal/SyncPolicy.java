package dev.gori.base.journal;

/// When what is appended is safe from a power cut. It is safe from `kill -9` as soon as the append
/// returns.
public enum SyncPolicy {

  /// When the append returns: somebody is told that it is stored.
  NOW,

  /// A second later, with the first append after that: nobody is told, as with what was scraped.
  SOON
}
