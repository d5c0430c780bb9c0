package dev.gori.engines.dag;

import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Ticks of a cron expression on the wall clock of a time zone. Two ticks that follow each other bound a data interval: the run whose
/// logical time is the first is due at the second, as in Airflow.
///
/// Summer time: a tick that falls into the missing hour comes at its end, one in the doubled hour comes once, in the first of the two.
public final class Schedule {

    private static final CronParser PARSER = new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX));
    private static final Map<String, String> NAMED = Map.of(
            "@hourly", "0 * * * *",
            "@daily", "0 0 * * *",
            "@midnight", "0 0 * * *",
            "@weekly", "0 0 * * 0",
            "@monthly", "0 0 1 * *",
            "@yearly", "0 0 1 1 *");

    private final String cron;
    private final ZoneId zone;
    private final ExecutionTime ticks;

    private Schedule(String cron, ZoneId zone, ExecutionTime ticks) {
        this.cron = cron;
        this.zone = zone;
        this.ticks = ticks;
    }

    /// @param cron five fields (minute hour day-of-month month day-of-week), or `@hourly`, `@daily`, `@weekly`, `@monthly`, `@yearly`
    /// @throws IllegalArgumentException when the text is no such expression, or never comes true
    public static Schedule of(String cron, ZoneId zone) {
        var text = cron.strip();
        try {
            var ticks = ExecutionTime.forCron(PARSER.parse(NAMED.getOrDefault(text, text)).validate());
            if (ticks.nextExecution(Instant.EPOCH.atZone(zone)).isEmpty()) {
                throw new IllegalArgumentException("it never comes true");
            }
            return new Schedule(text, zone, ticks);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "cron: '%s' (expected: minute hour day-of-month month day-of-week, such as '0 2 * * *'): %s"
                            .formatted(cron, e.getMessage()), e);
        }
    }

    public String cron() {
        return cron;
    }

    public ZoneId zone() {
        return zone;
    }

    /// The first tick after a moment.
    public Instant nextAfter(Instant moment) {
        return ticks.nextExecution(moment.atZone(zone)).orElseThrow(() -> never(moment)).toInstant();
    }

    /// The last tick at or before a moment.
    public Instant lastAt(Instant moment) {
        return ticks.lastExecution(moment.plusMillis(1).atZone(zone)).orElseThrow(() -> never(moment)).toInstant();
    }

    private IllegalStateException never(Instant moment) {
        return new IllegalStateException("cron '%s' has no tick around %s".formatted(cron, moment));
    }

    /// The interval that a logical time begins; it need not be a tick itself.
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
    /// @param most an interval more than this ends the listing
    public List<Interval> between(Instant from, Instant to, int most) {
        var found = new ArrayList<Interval>();
        for (var tick = nextAfter(from.minusMillis(1)); !tick.isAfter(to) && found.size() <= most; tick = nextAfter(tick)) {
            found.add(from(tick));
        }
        return found;
    }


    @Override
    public String toString() {
        return cron + " " + zone;
    }
}
