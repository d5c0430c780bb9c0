package dev.gori.alerts;

import dev.gori.kernel.time.Time;
import dev.gori.templates.CallException;
import dev.gori.templates.DurationValue;
import dev.gori.templates.Functions;
import dev.gori.templates.RegexpFunctions;
import dev.gori.templates.TimeValue;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// The template functions that Alertmanager adds to Go's.
final class TemplateFunctions {

  private TemplateFunctions() {}

  static Functions all(Time time) {
    return Functions.NONE
        .withText("toUpper", text -> text.toUpperCase(Locale.ROOT))
        .withText("toLower", text -> text.toLowerCase(Locale.ROOT))
        .withText("title", TemplateFunctions::title)
        .withText("trimSpace", String::strip)
        .withText("safeHtml", text -> text)
        .withText("safeUrl", text -> text)
        .withText("urlUnescape", TemplateFunctions::unescaped)
        .with("join", 2, a -> join(Functions.text(a, 0), a.get(1)))
        .with("match", 2, a -> RegexpFunctions.matches(Functions.text(a, 0), Functions.text(a, 1)))
        .with(
            "reReplaceAll",
            3,
            a ->
                RegexpFunctions.replaceAll(
                    Functions.text(a, 0), Functions.text(a, 1), Functions.text(a, 2)))
        .with("stringSlice", ArrayList::new)
        .with("list", ArrayList::new)
        .with("append", TemplateFunctions::append)
        .with("dict", TemplateFunctions::dict)
        .with("toJson", 1, a -> GoJson.document(a.getFirst()).stripTrailing())
        .with("date", 2, a -> moment(a.get(1)).format(Functions.text(a, 0)))
        .with("tz", 2, a -> moment(a.get(1)).in(zone(Functions.text(a, 0))))
        .with(
            "since",
            1,
            a ->
                new DurationValue(
                    Duration.between(moment(a.getFirst()).time().toInstant(), time.now())))
        .with("humanizeDuration", 1, a -> humanized(a.getFirst()));
  }

  private static String title(String text) {
    var out = new StringBuilder();
    boolean start = true;
    for (int point : text.codePoints().toArray()) {
      out.appendCodePoint(start ? Character.toTitleCase(point) : point);
      start = !Character.isLetterOrDigit(point) && point != '\'' && point != '_';
    }
    return out.toString();
  }

  private static String unescaped(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new CallException("invalid URL escape: " + e.getMessage());
    }
  }

  private static String join(String separator, Object list) {
    if (list instanceof List<?> items) {
      return items.stream().map(String::valueOf).collect(Collectors.joining(separator));
    }
    throw new CallException("wrong type for value; expected []string");
  }

  private static Object append(List<Object> arguments) {
    if (arguments.isEmpty() || !(arguments.getFirst() instanceof List<?> list)) {
      throw new CallException("append: expected a list first");
    }
    var all = new ArrayList<Object>(list);
    all.addAll(arguments.subList(1, arguments.size()));
    return all;
  }

  private static Object dict(List<Object> arguments) {
    if (arguments.size() % 2 != 0) {
      throw new CallException("dict: expected keys and values in turn");
    }
    var map = new LinkedHashMap<String, Object>();
    for (int i = 0; i < arguments.size(); i += 2) {
      map.put(Functions.text(arguments, i), arguments.get(i + 1));
    }
    return map;
  }

  private static TimeValue moment(Object value) {
    if (value instanceof TimeValue time) {
      return time;
    }
    throw new CallException("wrong type for value; expected time.Time");
  }

  private static ZoneId zone(String name) {
    try {
      return ZoneId.of(name);
    } catch (DateTimeException e) {
      throw new CallException("unknown time zone " + name);
    }
  }

  /// `1d 2h 3m 4s`, Prometheus's format.
  private static String humanized(Object value) {
    double seconds =
        value instanceof DurationValue d
            ? d.value().toNanos() / 1e9
            : Functions.number(List.of(value), 0);
    long whole = (long) Math.abs(seconds);
    var sign = seconds < 0 ? "-" : "";
    if (Math.abs(seconds) < 1) {
      return seconds == 0 ? "0s" : sign + "%.4g".formatted(Math.abs(seconds) * 1000) + "ms";
    }
    long days = whole / 86_400;
    long hours = whole / 3_600 % 24;
    long minutes = whole / 60 % 60;
    long rest = whole % 60;
    if (days > 0) {
      return "%s%dd %dh %dm %ds".formatted(sign, days, hours, minutes, rest);
    }
    if (hours > 0) {
      return "%s%dh %dm %ds".formatted(sign, hours, minutes, rest);
    }
    return minutes > 0 ? "%s%dm %ds".formatted(sign, minutes, rest) : "%s%ds".formatted(sign, rest);
  }
}
