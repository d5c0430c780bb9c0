package dev.gori.promql;

import java.time.LocalDate;

/// A date and time in UTC as Go's `time.Unix(int64(v), 0)` gives it, beyond the range of
/// `java.time`: NaN and values that overflow int64 count as its minimum, and the seconds since year
/// 1 wrap around.
///
/// @param date the day within its cycle of 400 years, in which the calendar repeats with its
///   weekdays
/// @param year the real year
record UtcDateTime(LocalDate date, long year, int hour, int minute) {

  private static final long CYCLE_DAYS = 146_097;
  private static final long DAY = 86_400;

  /// Go's year of the zero of its absolute seconds, before every int64 timestamp.
  private static final long FIRST_YEAR = -292_277_022_399L;

  /// Seconds from the start of that year to 1970.
  private static final long TO_EPOCH = 9_223_372_028_715_321_600L;

  private static final long FIRST_DAY = LocalDate.of(1, 1, 1).toEpochDay();

  static UtcDateTime of(double seconds) {
    boolean fits = seconds >= -0x1p63 && seconds < 0x1p63;
    long since = (fits ? (long) seconds : Long.MIN_VALUE) + TO_EPOCH;
    long days = Long.divideUnsigned(since, DAY);
    var date = LocalDate.ofEpochDay(FIRST_DAY + days % CYCLE_DAYS);
    int second = (int) Long.remainderUnsigned(since, DAY);
    return new UtcDateTime(
        date,
        FIRST_YEAR + days / CYCLE_DAYS * 400 + date.getYear() - 1,
        second / 3600,
        second / 60 % 60);
  }
}
