package dev.gori.pipelines.dag;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Computes which scheduled runs are due.
///
/// The first interval of a pipeline is the one that is open when the pipeline is first seen, or
/// unpaused: adding a file triggers no run by itself. With `catchup`, every interval since then
/// gets a run. Without it, only the last complete interval does, so a platform that was down for a
/// week creates one run.
public final class Calendar {

  private Calendar() {}

  /// The data intervals whose runs are due.
  ///
  /// @param since when the pipeline was first seen, or last unpaused
  /// @param last the logical time of its last scheduled run
  /// @param most the maximum number of intervals to return
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

  /// When {@link #due} may next return a new interval.
  public static Optional<Instant> next(Pipeline pipeline, Instant now) {
    return pipeline.schedule().map(schedule -> schedule.nextAfter(now));
  }
}
