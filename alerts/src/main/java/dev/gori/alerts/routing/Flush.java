package dev.gori.alerts.routing;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/// When a group is flushed, and whether a flush sends a notification.
public final class Flush {

  /// What one receiver was last notified of about a group.
  ///
  /// @param firing fingerprints of the alerts that were firing
  /// @param resolved fingerprints of the alerts that were reported as resolved
  public record NotifiedAlerts(Instant at, Set<String> firing, Set<String> resolved) {
    public NotifiedAlerts {
      firing = Set.copyOf(firing);
      resolved = Set.copyOf(resolved);
    }
  }

  /// The alerts of this flush.
  public record Seen(Set<String> firing, Set<String> resolved) {
    public Seen {
      firing = Set.copyOf(firing);
      resolved = Set.copyOf(resolved);
    }
  }

  /// Whether the flush sends a notification. `why` is for the log.
  public sealed interface Decision {
    record Send(String why) implements Decision {}

    record Skip(String why) implements Decision {}
  }

  private Flush() {}

  /// The first flush of a new group: after `group_wait`, or immediately if its alert has been
  /// firing longer than that.
  public static Instant first(Instant now, Instant startsAt, Route.Timing timing) {
    return startsAt.plus(timing.groupWait()).isBefore(now) ? now : now.plus(timing.groupWait());
  }

  /// The next flush of a group.
  public static Instant next(Instant flushed, Route.Timing timing) {
    return flushed.plus(timing.groupInterval());
  }

  /// @param sendResolved whether the receiver wants notifications of resolved alerts
  public static Decision decide(
      Optional<NotifiedAlerts> last,
      Seen seen,
      boolean sendResolved,
      Duration repeat,
      Instant now) {
    if (last.isEmpty()) {
      return seen.firing().isEmpty()
          ? new Decision.Skip("nothing fires and nothing was notified")
          : new Decision.Send("new group");
    }
    var notified = last.get();
    if (!notified.firing().containsAll(seen.firing())) {
      return new Decision.Send("new alerts in the group");
    }
    if (seen.firing().isEmpty()) {
      return notified.firing().isEmpty()
          ? new Decision.Skip("its resolution was already notified")
          : new Decision.Send("all alerts resolved");
    }
    if (sendResolved && !notified.resolved().containsAll(seen.resolved())) {
      return new Decision.Send("some alerts resolved");
    }
    return notified.at().isBefore(now.minus(repeat))
        ? new Decision.Send("repeat_interval elapsed")
        : new Decision.Skip("nothing changed");
  }
}
