package dev.gori.metrics.remote.sender;

import java.time.Duration;

/// What came of one call.
sealed interface Outcome {

  record Taken() implements Outcome {}

  /// The receiver may take it later.
  ///
  /// @param after what the receiver asked for; zero where it said nothing
  record Later(String why, Duration after) implements Outcome {}

  /// The receiver will never take it.
  record Refused(int status, String why) implements Outcome {}
}
