package dev.gori.pipelines.dag;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Which scheduled runs are due.
///
/// The first interval of a pipeline is the one that is open when the pipeline is first seen, or
/// unpaused: nothing runs merely because a file was added. With `catchup` every interval since then
/// gets its run; without it only the last complete one does, so a platform that was off for a week
/// comes back with one run.
public final class Calendar {

  private Calendar() {}

  /// @param since when the pipeline was first seen, or last unpaused
  /// @param last the logical time of its last scheduled run
  /// @param most the most intervals to give
  public static List<Interval> due(
      Pipeline pipeline, Instant since, Optional<Instant> last, Instant now, int most) {
    if (pipeline.schedule().isEmpty() || most <= 0) {
      return List.of();
    }
    var schedule = pipeline.schedule().get();
    var opened = schedule.lastAt(since);
    var from =
        last.map(schedule::nextAfter)
            .filter(next -> next.isAfter(opened) || pipeline.catchup())
            .orElse(opened);
    if (pipeline.catchup()) {
      return schedule.between(from, now, most).stream()
          .filter(interval -> !interval.end().isAfter(now))
          .limit(most)
          .toList();
    }
    var latest = schedule.lastComplete(now);
    return latest.start().isBefore(from) ? List.of() : List.of(latest);
  }

  /// When {@link #due} may have something new to say.
  public static Optional<Instant> next(Pipeline pipeline, Instant now) {
    return pipeline.schedule().map(schedule -> schedule.nextAfter(now));
  }
}
