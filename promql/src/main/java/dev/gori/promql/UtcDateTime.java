package dev.gori.promql;

import java.time.LocalDate;

/// A moment in UTC as Prometheus's date functions see it, also where seconds are beyond all
/// calendars: what is no number, or too large for 64 bits, counts as the lowest moment, and the
/// count of seconds wraps around.
///
/// @param date the day within its cycle of 400 years, in which the calendar repeats with its
///   weekdays
/// @param year the real year
record UtcDateTime(LocalDate date, long year, int hour, int minute) {

  private static final long CYCLE_DAYS = 146_097;
  private static final long DAY = 86_400;

  /// The year in which seconds begin to be counted, so long ago that every 64-bit moment since 1970
  /// lies after it.
  private static final long FIRST_YEAR = -292_277_022_399L;

  /// Seconds from the first moment of that year to 1970.
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
