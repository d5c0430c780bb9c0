package dev.gori.pipelines.features;

import java.util.List;

/// The requirements on raw data.
///
/// @param header the columns, in order
/// @param nullRateLimit the data is invalid if the share of empty cells exceeds this; 0 to 1
public record RawExpectation(List<String> header, double nullRateLimit) {

  /// The columns of a raw day of user events.
  public static final List<String> USER_EVENTS =
      List.of(
          "event_time",
          "user_id",
          "session_id",
          "event_type",
          "device",
          "country",
          "is_premium",
          "event_value",
          "amount",
          "session_length_sec");

  public static final RawExpectation DEFAULT = new RawExpectation(USER_EVENTS, 0.5);

  public RawExpectation {
    header = List.copyOf(header);
    if (header.isEmpty() || nullRateLimit < 0 || nullRateLimit > 1) {
      throw new IllegalArgumentException(
          "expectation: %d columns, null rate limit %s (expected: 1 column or more, a limit from 0 to 1)"
              .formatted(header.size(), nullRateLimit));
    }
  }
}
