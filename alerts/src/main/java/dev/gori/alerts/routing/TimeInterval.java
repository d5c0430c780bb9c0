package dev.gori.alerts.routing;

import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.List;

/// A recurring time interval: all non-empty parts must match.
///
/// @param minutes of the day, end excluded
/// @param weekdays 0 is Sunday
/// @param days of the month; negative ones count from its end
public record TimeInterval(
    List<Between> minutes,
    List<Between> weekdays,
    List<Between> days,
    List<Between> months,
    List<Between> years,
    ZoneId zone) {

  /// A range of numbers, both ends included unless stated otherwise.
  public record Between(int from, int to) {
    boolean has(int value) {
      return value >= from && value <= to;
    }
  }

  public TimeInterval {
    minutes = List.copyOf(minutes);
    weekdays = List.copyOf(weekdays);
    days = List.copyOf(days);
    months = List.copyOf(months);
    years = List.copyOf(years);
  }

  public boolean contains(Instant moment) {
    var local = moment.atZone(zone);
    int minute = local.getHour() * 60 + local.getMinute();
    return (minutes.isEmpty()
            || minutes.stream().anyMatch(m -> minute >= m.from() && minute < m.to()))
        && holds(weekdays, local.getDayOfWeek().getValue() % 7)
        && holds(months, local.getMonthValue())
        && holds(years, local.getYear())
        && (days.isEmpty() || days.stream().anyMatch(d -> dayHolds(d, local)));
  }

  private static boolean holds(List<Between> ranges, int value) {
    return ranges.isEmpty() || ranges.stream().anyMatch(range -> range.has(value));
  }

  private static boolean dayHolds(Between days, ZonedDateTime local) {
    int length = YearMonth.from(local).lengthOfMonth();
    int from = Math.max(1, days.from() < 0 ? length + days.from() + 1 : days.from());
    int to = Math.min(length, days.to() < 0 ? length + days.to() + 1 : days.to());
    return from <= length && new Between(from, to).has(local.getDayOfMonth());
  }
}
