package dev.gori.console;

import dev.gori.kernel.time.Time;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;

/// Formats values as text: timestamps with their zone, durations with a unit, states with a colour.
record Formats(Time time, ZoneId zone) {

  private static final DateTimeFormatter TIMESTAMP =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss z", Locale.ENGLISH);

  String timestamp(Instant instant) {
    return TIMESTAMP.format(instant.atZone(zone));
  }

  String ago(Instant instant) {
    return length(Duration.between(instant, time.now())) + " ago";
  }

  /// How long something took, or has been going on for.
  String took(Optional<Instant> started, Optional<Instant> ended) {
    return started
        .map(from -> length(Duration.between(from, ended.orElseGet(time::now))))
        .orElse("");
  }

  static String length(Duration length) {
    long millis = Math.max(0, length.toMillis());
    if (millis < 1_000) {
      return millis + " ms";
    }
    if (millis < 60_000) {
      return String.format(Locale.ROOT, "%.1f s", millis / 1000.0);
    }
    long minutes = millis / 60_000;
    return minutes < 60
        ? "%d min %d s".formatted(minutes, millis / 1000 % 60)
        : "%d h %d min".formatted(minutes / 60, minutes % 60);
  }

  /// The colour of a state, whatever role it comes from.
  static String tone(String state) {
    return switch (state.toLowerCase(Locale.ROOT)) {
      case "success", "succeeded", "applied", "done", "resolved", "live", "synced", "promoted" ->
          "good";
      case "failed",
          "failure",
          "rolled_back",
          "rolling_back",
          "failing",
          "upstream_failed",
          "refused",
          "rejected",
          "critical",
          "firing",
          "stalled",
          "held" ->
          "bad";
      case "running",
          "queued",
          "scheduled",
          "planned",
          "deploying",
          "smoking",
          "committing",
          "reloading",
          "observing",
          "applying",
          "up_for_retry",
          "up_for_reschedule",
          "warning",
          "in_progress" ->
          "busy";
      default -> "quiet";
    };
  }
}
