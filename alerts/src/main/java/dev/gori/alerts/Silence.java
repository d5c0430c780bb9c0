package dev.gori.alerts;

import dev.gori.kernel.label.Labels;
import dev.gori.kernel.label.Matcher;
import java.time.Instant;
import java.util.List;

/// Mutes alerts that match all of its matchers, from `startsAt` to `endsAt`.
record Silence(
    String id,
    List<Matcher> matchers,
    Instant startsAt,
    Instant endsAt,
    Instant updatedAt,
    String createdBy,
    String comment) {

  enum State {
    PENDING,
    ACTIVE,
    EXPIRED
  }

  Silence {
    matchers = List.copyOf(matchers);
  }

  State state(Instant now) {
    return now.isBefore(startsAt)
        ? State.PENDING
        : now.isBefore(endsAt) ? State.ACTIVE : State.EXPIRED;
  }

  boolean silences(Labels labels, Instant now) {
    return state(now) == State.ACTIVE
        && matchers.stream().allMatch(matcher -> matcher.matches(labels));
  }

  /// Whether an update can replace it; otherwise the update is a new silence and this one expires.
  boolean canBecome(Silence other, Instant now) {
    return matchers.equals(other.matchers)
        && switch (state(now)) {
          case ACTIVE ->
              startsAt.getEpochSecond() == other.startsAt.getEpochSecond()
                  && !other.endsAt.isBefore(now);
          case PENDING -> !other.startsAt.isBefore(now);
          case EXPIRED -> false;
        };
  }

  /// The same silence, expired now.
  Silence ended(Instant now) {
    return state(now) == State.PENDING
        ? new Silence(id, matchers, now, now, now, createdBy, comment)
        : new Silence(id, matchers, startsAt, now, now, createdBy, comment);
  }
}
