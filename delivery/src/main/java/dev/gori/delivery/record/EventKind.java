package dev.gori.delivery.record;

import java.util.Locale;

/// What a {@link DeliveryEvent} reports.
public enum EventKind {
  /// The record begins in the middle of a history.
  BEGAN,
  /// Something that differed from Git was put back.
  HEALED,
  /// A commit was refused.
  REFUSED,
  /// A commit changed the traffic policy.
  TRAFFIC,
  /// A pipeline could not be started for a commit.
  TRIGGER_FAILED;

  /// The text in JSON and in the database, such as `trigger_failed`.
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// @throws IllegalArgumentException for any other text
  public static EventKind of(String text) {
    return valueOf(text.toUpperCase(Locale.ROOT));
  }
}
