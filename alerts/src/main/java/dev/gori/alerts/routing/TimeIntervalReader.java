package dev.gori.alerts.routing;

import dev.gori.alerts.routing.TimeInterval.Between;
import dev.gori.base.conf.Section;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/// Reads `time_intervals:` entries: `times`, `weekdays`, `days_of_month`, `months`, `years`,
/// `location`.
final class TimeIntervalReader {
  private static final List<String> WEEKDAYS =
      List.of("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday");
  private static final List<String> MONTHS =
      List.of(
          "january",
          "february",
          "march",
          "april",
          "may",
          "june",
          "july",
          "august",
          "september",
          "october",
          "november",
          "december");
  private static final Pattern CLOCK = Pattern.compile("([01]\\d|2[0-4]):([0-5]\\d)");

  private TimeIntervalReader() {}

  static TimeInterval read(Section section) {
    var interval =
        new TimeInterval(
            times(section),
            ranges(section, "weekdays", 0, 6, WEEKDAYS, 0),
            ranges(section, "days_of_month", -31, 31, List.of(), 0),
            ranges(section, "months", 1, 12, MONTHS, 1),
            ranges(section, "years", 0, 9999, List.of(), 0),
            section
                .scalar("location", "a time zone such as Asia/Seoul", TimeIntervalReader::zone)
                .orElse(ZoneOffset.UTC));
    section.finish();
    return interval;
  }

  private static ZoneId zone(String name) {
    try {
      return name.equals("Local") ? ZoneId.systemDefault() : ZoneId.of(name);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(name, e);
    }
  }

  private static List<Between> times(Section section) {
    var times = new ArrayList<Between>();
    for (var range : section.sections("times")) {
      int from =
          range.scalar("start_time", "a time such as 09:00", TimeIntervalReader::minute).orElse(0);
      int to =
          range
              .scalar("end_time", "a time such as 17:30", TimeIntervalReader::minute)
              .orElse(24 * 60);
      section
          .problems()
          .expect(
              from < to,
              range.where("start_time"),
              "start_time not before end_time",
              "start before end");
      range.finish();
      times.add(new Between(from, to));
    }
    return times;
  }

  private static int minute(String text) {
    var parts = CLOCK.matcher(text);
    if (!parts.matches() || (parts.group(1).equals("24") && !parts.group(2).equals("00"))) {
      throw new IllegalArgumentException(text);
    }
    return Integer.parseInt(parts.group(1)) * 60 + Integer.parseInt(parts.group(2));
  }

  private static List<Between> ranges(
      Section section, String key, int least, int most, List<String> names, int nameBase) {
    var ranges = new ArrayList<Between>();
    for (var text : section.texts(key)) {
      try {
        ranges.add(range(text.strip().toLowerCase(Locale.ROOT), least, most, names, nameBase));
      } catch (IllegalArgumentException _) {
        section
            .problems()
            .add(
                "%s: '%s' (expected: %s to %s, or a range such as a:b)"
                    .formatted(
                        section.where(key),
                        text,
                        names.isEmpty() ? least : names.getFirst(),
                        names.isEmpty() ? most : names.getLast()));
      }
    }
    return ranges;
  }

  private static Between range(String text, int least, int most, List<String> names, int nameBase) {
    int colon = text.indexOf(':');
    int from = number(colon < 0 ? text : text.substring(0, colon), names, nameBase);
    int to = colon < 0 ? from : number(text.substring(colon + 1), names, nameBase);
    boolean ordered = from <= to || (from > 0 && to < 0);
    boolean isZeroDay = least < 0 && (from == 0 || to == 0);
    if (from < least || to > most || !ordered || isZeroDay) {
      throw new IllegalArgumentException(text);
    }
    return new Between(from, to);
  }

  private static int number(String text, List<String> names, int nameBase) {
    int name = names.indexOf(text.strip());
    return name >= 0 ? name + nameBase : Integer.parseInt(text.strip());
  }
}
