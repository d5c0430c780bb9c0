package dev.gori.metrics.remote.sender;

import java.time.Duration;

/// What came of one call.
sealed interface SendResult {

  record Accepted() implements SendResult {}

  /// The receiver may take it later.
  ///
  /// @param after what the receiver asked for; zero where it said nothing
  record Recoverable(String why, Duration retryAfter) implements SendResult {}

  /// The receiver will never take it.
  record Rejected(int status, String why) implements SendResult {}
}
