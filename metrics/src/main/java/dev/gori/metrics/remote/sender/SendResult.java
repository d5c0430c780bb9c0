package dev.gori.metrics.remote.sender;

import java.time.Duration;

/// The result of one request.
sealed interface SendResult {

  record Accepted() implements SendResult {}

  /// The request failed and can be retried.
  ///
  /// @param retryAfter from the response; zero without one
  record Recoverable(String why, Duration retryAfter) implements SendResult {}

  /// The receiver rejected the request for good.
  record Rejected(int status, String why) implements SendResult {}
}
