package dev.gori.templates;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.TextStyle;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Go's `time.Time` in templates: `{{ .StartsAt.Format "2006-01-02 15:04" }}`, `.Unix`, `.Local`,
/// `.UTC`, `.IsZero`, `.Year` ….
public record TimeValue(ZonedDateTime time) implements Struct {

  /// Go's zero time: 1 January of year 1.
  public static final Instant ZERO = Instant.parse("0001-01-01T00:00:00Z");

  // An element that is a prefix of another comes after it.
  private static final List<String> ELEMENTS =
      List.of(
          "January", "Jan", "Monday", "Mon", "MST", "2006", "Z07:00", "Z0700", "-07:00", "-0700",
          "-07", "01", "02", "03", "04", "05", "06", "002", "15", "PM", "pm", "_2", "1", "2", "3",
          "4", "5");

  public static TimeValue utc(Instant instant) {
    return new TimeValue(instant.atZone(ZoneOffset.UTC));
  }

  public TimeValue in(ZoneId zone) {
    return new TimeValue(time.withZoneSameInstant(zone));
  }

  @Override
  public String typeName() {
    return "time.Time";
  }

  @Override
  public Optional<Object> member(String name) {
    return Optional.ofNullable(
        switch (name) {
          case "Format" -> (Function) arguments -> format(Functions.text(one(arguments), 0));
          case "Unix" -> (Function) _ -> time.toEpochSecond();
          case "UnixMilli" -> (Function) _ -> time.toInstant().toEpochMilli();
          case "UTC" -> (Function) _ -> in(ZoneOffset.UTC);
          case "Local" -> (Function) _ -> in(ZoneId.systemDefault());
          case "IsZero" -> (Function) _ -> time.toInstant().equals(ZERO);
          case "String" -> (Function) _ -> toString();
          case "Year" -> (Function) _ -> (long) time.getYear();
          case "Day" -> (Function) _ -> (long) time.getDayOfMonth();
          case "Hour" -> (Function) _ -> (long) time.getHour();
          case "Minute" -> (Function) _ -> (long) time.getMinute();
          case "Second" -> (Function) _ -> (long) time.getSecond();
          case "Month" ->
              (Function) _ -> time.getMonth().getDisplayName(TextStyle.FULL, Locale.ENGLISH);
          case "Weekday" ->
              (Function) _ -> time.getDayOfWeek().getDisplayName(TextStyle.FULL, Locale.ENGLISH);
          case "Sub" -> (Function) arguments -> sub(one(arguments).getFirst());
          case "Before" ->
              (Function) arguments -> time.isBefore(moment(one(arguments).getFirst()).time);
          case "After" ->
              (Function) arguments -> time.isAfter(moment(one(arguments).getFirst()).time);
          case "Equal" ->
              (Function) arguments -> time.isEqual(moment(one(arguments).getFirst()).time);
          default -> null;
        });
  }

  private static List<Object> one(List<Object> arguments) {
    if (arguments.size() != 1) {
      throw new CallException("wrong number of args: want 1 got " + arguments.size());
    }
    return arguments;
  }

  private static TimeValue moment(Object value) {
    if (value instanceof TimeValue other) {
      return other;
    }
    throw new CallException(
        "wrong type for value; expected time.Time; got " + Values.typeName(value));
  }

  private DurationValue sub(Object other) {
    return new DurationValue(Duration.between(moment(other).time, time));
  }

  /// Formats the time by a layout: the reference time `Mon Jan 2 15:04:05 MST 2006` in the form to
  /// use.
  public String format(String layout) {
    var out = new StringBuilder();
    for (int i = 0; i < layout.length(); ) {
      int fraction = fraction(layout, i);
      if (fraction > 0) {
        out.append(fractionText(layout.substring(i, i + fraction)));
        i += fraction;
        continue;
      }
      var element = element(layout, i);
      out.append(element.isEmpty() ? layout.substring(i, i + 1) : written(element));
      i += Math.max(1, element.length());
    }
    return out.toString();
  }

  private static String element(String layout, int at) {
    for (var element : ELEMENTS) {
      if (layout.startsWith(element, at)
          && !(element.equals("Jan") || element.equals("Mon")
              ? at + 3 < layout.length() && Character.isLowerCase(layout.charAt(at + 3))
              : false)) {
        return element;
      }
    }
    return "";
  }

  /// The length of a fraction element such as `.000` or `,999` at a position, or 0.
  private static int fraction(String layout, int at) {
    char c = layout.charAt(at);
    if ((c != '.' && c != ',') || at + 1 >= layout.length()) {
      return 0;
    }
    char digit = layout.charAt(at + 1);
    if (digit != '0' && digit != '9') {
      return 0;
    }
    int end = at + 1;
    while (end < layout.length() && layout.charAt(end) == digit) {
      end++;
    }
    return end < layout.length() && Character.isDigit(layout.charAt(end)) ? 0 : end - at;
  }

  private String fractionText(String element) {
    var digits = "%09d".formatted(time.getNano()).substring(0, Math.min(9, element.length() - 1));
    if (element.charAt(1) == '9') {
      digits = digits.replaceAll("0+$", "");
    }
    return digits.isEmpty() ? "" : element.charAt(0) + digits;
  }

  private String written(String element) {
    int hour12 = time.getHour() % 12 == 0 ? 12 : time.getHour() % 12;
    return switch (element) {
      case "January" -> time.getMonth().getDisplayName(TextStyle.FULL, Locale.ENGLISH);
      case "Jan" -> time.getMonth().getDisplayName(TextStyle.SHORT, Locale.ENGLISH);
      case "Monday" -> time.getDayOfWeek().getDisplayName(TextStyle.FULL, Locale.ENGLISH);
      case "Mon" -> time.getDayOfWeek().getDisplayName(TextStyle.SHORT, Locale.ENGLISH);
      case "MST" -> zoneName();
      case "2006" -> "%04d".formatted(time.getYear());
      case "06" -> "%02d".formatted(time.getYear() % 100);
      case "01" -> "%02d".formatted(time.getMonthValue());
      case "1" -> Integer.toString(time.getMonthValue());
      case "02" -> "%02d".formatted(time.getDayOfMonth());
      case "_2" -> "%2d".formatted(time.getDayOfMonth());
      case "2" -> Integer.toString(time.getDayOfMonth());
      case "002" -> "%03d".formatted(time.getDayOfYear());
      case "15" -> "%02d".formatted(time.getHour());
      case "03" -> "%02d".formatted(hour12);
      case "3" -> Integer.toString(hour12);
      case "04" -> "%02d".formatted(time.getMinute());
      case "4" -> Integer.toString(time.getMinute());
      case "05" -> "%02d".formatted(time.getSecond());
      case "5" -> Integer.toString(time.getSecond());
      case "PM" -> time.getHour() < 12 ? "AM" : "PM";
      case "pm" -> time.getHour() < 12 ? "am" : "pm";
      default -> offset(element);
    };
  }

  private String zoneName() {
    if (time.getOffset().getTotalSeconds() == 0 && time.getZone() instanceof ZoneOffset) {
      return "UTC";
    }
    return java.time.format.DateTimeFormatter.ofPattern("zzz", Locale.ENGLISH).format(time);
  }

  private String offset(String element) {
    int seconds = time.getOffset().getTotalSeconds();
    if (element.charAt(0) == 'Z' && seconds == 0) {
      return "Z";
    }
    int minutes = Math.abs(seconds) / 60;
    var sign = seconds < 0 ? "-" : "+";
    var hours = "%02d".formatted(minutes / 60);
    var rest = "%02d".formatted(minutes % 60);
    return switch (element) {
      case "-07" -> sign + hours;
      case "-0700", "Z0700" -> sign + hours + rest;
      default -> sign + hours + ":" + rest;
    };
  }

  /// As Go prints a time: `2006-01-02 15:04:05.999999999 -0700 MST`.
  @Override
  public String toString() {
    return format("2006-01-02 15:04:05.999999999 -0700 MST");
  }
}
