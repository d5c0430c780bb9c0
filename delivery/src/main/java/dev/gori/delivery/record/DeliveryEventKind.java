package dev.gori.delivery.record;

import java.util.Locale;

/// What a {@link DeliveryEvent} reports.
public enum DeliveryEventKind {
  /// The record starts with a repository that already has a history.
  BEGAN,
  /// Sync corrected a difference from Git.
  HEALED,
  /// Sync rejected a commit.
  REFUSED,
  /// A commit changed the traffic policy.
  TRAFFIC,
  /// Sync could not trigger a pipeline for a commit.
  TRIGGER_FAILED;

  /// The text in JSON and in the database, such as `trigger_failed`.
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// @throws IllegalArgumentException for any other text
  public static DeliveryEventKind of(String text) {
    return valueOf(text.toUpperCase(Locale.ROOT));
  }
}
