package dev.gori.alerts.routing;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/// The decisions about a group's messages: when the group is looked at, and whether what is seen
/// then is worth a message.
public final class Flush {

  /// What was last said about a group to one receiver.
  ///
  /// @param firing identities of the alerts that were firing then
  /// @param resolved identities of those that were reported as over
  public record NotifiedAlerts(Instant at, Set<String> firing, Set<String> resolved) {
    public NotifiedAlerts {
      firing = Set.copyOf(firing);
      resolved = Set.copyOf(resolved);
    }
  }

  /// What is to be said now.
  public record Seen(Set<String> firing, Set<String> resolved) {
    public Seen {
      firing = Set.copyOf(firing);
      resolved = Set.copyOf(resolved);
    }
  }

  /// Whether a message goes out. `why` is for the log.
  public sealed interface Decision {
    record Send(String why) implements Decision {}

    record Keep(String why) implements Decision {}
  }

  private Flush() {}

  /// When a new group is first looked at: after `group_wait`, or at once when its alert has been
  /// firing longer than that.
  public static Instant first(Instant now, Instant startsAt, Route.Timing timing) {
    return startsAt.plus(timing.groupWait()).isBefore(now) ? now : now.plus(timing.groupWait());
  }

  /// When a group is looked at again.
  public static Instant next(Instant flushed, Route.Timing timing) {
    return flushed.plus(timing.groupInterval());
  }

  /// @param sendResolved whether the receiver wants to hear of alerts that are over
  public static Decision decide(
      Optional<NotifiedAlerts> last,
      Seen seen,
      boolean sendResolved,
      Duration repeat,
      Instant now) {
    if (last.isEmpty()) {
      return seen.firing().isEmpty()
          ? new Decision.Keep("nothing fires and nothing was said")
          : new Decision.Send("new group");
    }
    var said = last.get();
    if (!said.firing().containsAll(seen.firing())) {
      return new Decision.Send("new alerts in the group");
    }
    if (seen.firing().isEmpty()) {
      return said.firing().isEmpty()
          ? new Decision.Keep("its end was said already")
          : new Decision.Send("all are over");
    }
    if (sendResolved && !said.resolved().containsAll(seen.resolved())) {
      return new Decision.Send("some are over");
    }
    return said.at().isBefore(now.minus(repeat))
        ? new Decision.Send("repeat_interval is over")
        : new Decision.Keep("nothing changed");
  }
}
