package dev.gori.pipelines.dag;

import dev.gori.base.json.Json;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The values that a run gets when it is created; the source of the names in its templates.
///
/// Dates are in the pipeline's time zone. `ds` is the date of the logical time; `data_ds` is the
/// date of the start of the data interval. They differ only for a run that is triggered without a
/// logical time: its logical time is the time of the trigger, its data interval the last complete
/// one.
///
/// @param commit empty if no commit is known
public record RunContext(
    String pipeline,
    String runId,
    String env,
    String commit,
    Instant logicalTime,
    Interval interval,
    Map<String, @Nullable Object> params) {

  private static final DateTimeFormatter DAY = DateTimeFormatter.ISO_LOCAL_DATE;
  private static final DateTimeFormatter PLAIN_DAY = DateTimeFormatter.ofPattern("yyyyMMdd");
  private static final DateTimeFormatter PLAIN_TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss");

  /// The data interval of a run.
  ///
  /// @param asked the logical time that a schedule, a backfill or a trigger gave; empty for now
  public static Interval interval(
      Optional<Schedule> schedule, Optional<Instant> asked, Instant now) {
    return asked
        .map(time -> schedule.map(s -> s.from(time)).orElse(new Interval(time, time)))
        .orElseGet(() -> schedule.map(s -> s.lastComplete(now)).orElse(new Interval(now, now)));
  }

  /// The values by name, for {@link RunSnapshot}.
  public Map<String, @Nullable Object> values(ZoneId zone) {
    var logical = logicalTime.atZone(zone);
    var data = interval.start().atZone(zone);
    return Json.object(
        "pipeline", pipeline,
        "run_id", runId,
        "env", env,
        "commit", commit,
        "logical_time", iso(logicalTime, zone),
        "ts_nodash", PLAIN_TIME.format(logical),
        "ds", DAY.format(logical),
        "ds_nodash", PLAIN_DAY.format(logical),
        "data_ds", DAY.format(data),
        "data_ds_nodash", PLAIN_DAY.format(data),
        "data_interval_start", iso(interval.start(), zone),
        "data_interval_end", iso(interval.end(), zone),
        "params", params);
  }

  private static String iso(Instant moment, ZoneId zone) {
    return DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(moment.atZone(zone));
  }
}
