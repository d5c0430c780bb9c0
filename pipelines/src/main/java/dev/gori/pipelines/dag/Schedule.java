package dev.gori.pipelines.dag;

import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The ticks of a cron expression in a time zone. Two consecutive ticks bound a data interval: the
/// run whose logical time is the first tick is due at the second, as in Airflow.
///
/// Daylight saving time is handled as in Vixie cron. If the hour field is not `*`, a tick in the
/// skipped hour comes at the end of that hour, and a tick in the repeated hour comes once, in the
/// first of the two hours. If the hour field is `*`, ticks follow elapsed time.
public final class Schedule {

  private static final CronParser PARSER =
      new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX));
  private static final Map<String, String> NAMED =
      Map.of(
          "@hourly", "0 * * * *",
          "@daily", "0 0 * * *",
          "@midnight", "0 0 * * *",
          "@weekly", "0 0 * * 0",
          "@monthly", "0 0 1 * *",
          "@yearly", "0 0 1 1 *");

  /// In hours; no time zone transition was larger.
  private static final int LARGEST_CHANGE = 25;

  private final String cron;
  private final ZoneId zone;
  private final ExecutionTime ticks;
  private final boolean everyHour;

  private Schedule(String cron, ZoneId zone, ExecutionTime ticks, boolean everyHour) {
    this.cron = cron;
    this.zone = zone;
    this.ticks = ticks;
    this.everyHour = everyHour;
  }

  /// @param cron five fields (minute hour day-of-month month day-of-week), or `@hourly`, `@daily`,
  ///   `@weekly`, `@monthly`, `@yearly`
  /// @throws IllegalArgumentException when the text is not a cron expression, or never has a tick
  public static Schedule of(String cron, ZoneId zone) {
    var text = cron.strip();
    try {
      var fields = NAMED.getOrDefault(text, text);
      var ticks = ExecutionTime.forCron(PARSER.parse(fields).validate());
      if (ticks.nextExecution(Instant.EPOCH.atZone(zone)).isEmpty()) {
        throw new IllegalArgumentException("it never comes true");
      }
      return new Schedule(text, zone, ticks, fields.split("\\s+")[1].startsWith("*"));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "cron: '%s' (expected: minute hour day-of-month month day-of-week, such as '0 2 * * *'): %s"
              .formatted(cron, e.getMessage()),
          e);
    }
  }

  public String cron() {
    return cron;
  }

  public ZoneId zone() {
    return zone;
  }

  /// The first tick after a timestamp.
  public Instant nextAfter(Instant moment) {
    if (everyHour) {
      return ticks.nextExecution(moment.atZone(zone)).orElseThrow(() -> never(moment)).toInstant();
    }
    var wall = onWall(moment).minusHours(LARGEST_CHANGE);
    Instant tick;
    do {
      wall = ticks.nextExecution(wall).orElseThrow(() -> never(moment));
      tick = comes(wall.toLocalDateTime());
    } while (!tick.isAfter(moment));
    return tick;
  }

  /// The last tick at or before a timestamp.
  public Instant lastAt(Instant moment) {
    if (everyHour) {
      return ticks
          .lastExecution(moment.plusMillis(1).atZone(zone))
          .orElseThrow(() -> never(moment))
          .toInstant();
    }
    var wall = onWall(moment).plusHours(LARGEST_CHANGE);
    Instant tick;
    do {
      wall = ticks.lastExecution(wall).orElseThrow(() -> never(moment));
      tick = comes(wall.toLocalDateTime());
    } while (tick.isAfter(moment));
    return tick;
  }

  /// The local time of the zone as a UTC date-time, so that arithmetic on it ignores transitions.
  private ZonedDateTime onWall(Instant moment) {
    return moment.atZone(zone).toLocalDateTime().atZone(ZoneOffset.UTC);
  }

  private Instant comes(LocalDateTime wall) {
    var change = zone.getRules().getTransition(wall);
    return change != null && change.isGap() ? change.getInstant() : wall.atZone(zone).toInstant();
  }

  private IllegalStateException never(Instant moment) {
    return new IllegalStateException("cron '%s' has no tick around %s".formatted(cron, moment));
  }

  /// The interval that starts at a logical time, which need not be a tick.
  public Interval from(Instant logicalTime) {
    return new Interval(logicalTime, nextAfter(logicalTime));
  }

  /// The last interval that has ended.
  public Interval lastComplete(Instant now) {
    var end = lastAt(now);
    return new Interval(lastAt(end.minusMillis(1)), end);
  }

  /// The intervals whose start lies in a range, in order.
  ///
  /// @param from inclusive
  /// @param to inclusive
  /// @param most the limit; the list has one more interval if the range holds more than this
  public List<Interval> between(Instant from, Instant to, int most) {
    var found = new ArrayList<Interval>();
    for (var tick = nextAfter(from.minusMillis(1));
        !tick.isAfter(to) && found.size() <= most;
        tick = nextAfter(tick)) {
      found.add(from(tick));
    }
    return found;
  }

  @Override
  public String toString() {
    return cron + " " + zone;
  }
}
