package dev.gori.metrics.otlp;

import dev.gori.metrics.otlp.OtlpSettings.Strategy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Translates names of OpenTelemetry metrics and attributes to Prometheus: by default words joined
/// by underscores, with suffixes for the unit and `_total`.
final class MetricNamer {

  private static final Pattern NOT_METRIC_NAME = Pattern.compile("[^a-zA-Z0-9:]+");
  private static final Pattern NO_LABEL = Pattern.compile("[^a-zA-Z0-9_]");
  private static final Pattern NO_LABELS = Pattern.compile("[^a-zA-Z0-9:_]+");
  private static final Pattern NO_LETTERS = Pattern.compile("[^a-zA-Z0-9]+");

  /// UCUM units as words; other units stay as they are.
  private static final Map<String, String> UNITS =
      Map.ofEntries(
          Map.entry("d", "days"),
          Map.entry("h", "hours"),
          Map.entry("min", "minutes"),
          Map.entry("s", "seconds"),
          Map.entry("ms", "milliseconds"),
          Map.entry("us", "microseconds"),
          Map.entry("ns", "nanoseconds"),
          Map.entry("By", "bytes"),
          Map.entry("KiBy", "kibibytes"),
          Map.entry("MiBy", "mebibytes"),
          Map.entry("GiBy", "gibibytes"),
          Map.entry("TiBy", "tibibytes"),
          Map.entry("KBy", "kilobytes"),
          Map.entry("MBy", "megabytes"),
          Map.entry("GBy", "gigabytes"),
          Map.entry("TBy", "terabytes"),
          Map.entry("m", "meters"),
          Map.entry("V", "volts"),
          Map.entry("A", "amperes"),
          Map.entry("J", "joules"),
          Map.entry("W", "watts"),
          Map.entry("g", "grams"),
          Map.entry("Cel", "celsius"),
          Map.entry("Hz", "hertz"),
          Map.entry("1", ""),
          Map.entry("%", "percent"));

  private static final Map<String, String> PER =
      Map.of(
          "s", "second", "m", "minute", "h", "hour", "d", "day", "w", "week", "mo", "month", "y",
          "year");

  /// The metric kinds that affect the name.
  enum Kind {
    COUNTER,
    GAUGE,
    OTHER
  }

  private MetricNamer() {}

  /// Translates a metric name.
  ///
  /// @param unit in UCUM notation
  /// @throws IllegalArgumentException if nothing but underscores would be left
  static String of(Strategy strategy, String name, String unit, Kind kind) {
    var made =
        strategy.escapes
            ? strategy.addsSuffixes ? words(name, unit, kind) : escaped(name)
            : strategy.addsSuffixes ? suffixed(name, unit, kind) : name;
    if (made.isEmpty() || (!made.equals(name) && isUnderscores(made))) {
      throw new IllegalArgumentException(
          "a metric named '%s' (expected: a name with a letter or a digit in it)".formatted(name));
    }
    return made;
  }

  private static String words(String name, String unit, Kind kind) {
    var words =
        Arrays.stream(NOT_METRIC_NAME.split(name))
            .filter(word -> !word.isEmpty())
            .collect(Collectors.toCollection(ArrayList::new));
    var main = clean(main(unit));
    var per = clean(per(unit)).replaceFirst("_$", "");
    if (!per.isEmpty()) {
      main = main.replaceFirst("_$", "");
    }
    if (!main.isEmpty() && !words.contains(main)) {
      words.add(main);
    }
    if (!per.isEmpty() && !per.equals("per")) {
      words.add(per);
    }
    if (kind == Kind.COUNTER) {
      words.removeIf("total"::equals);
      words.add("total");
    } else if (kind == Kind.GAUGE && unit.equals("1")) {
      words.removeIf("ratio"::equals);
      words.add("ratio");
    }
    return notFromDigit(String.join("_", words));
  }

  private static String escaped(String name) {
    return notFromDigit(
        Arrays.stream(NO_LABELS.split(name))
            .filter(part -> !part.isEmpty())
            .collect(Collectors.joining("_")));
  }

  private static String notFromDigit(String name) {
    return startsWithDigit(name) ? "_" + name : name;
  }

  /// The name with the suffixes of the unit and the kind, each once; letters of any alphabet stay.
  private static String suffixed(String name, String unit, Kind kind) {
    boolean isRatio = kind == Kind.GAUGE && unit.equals("1");
    var made = isRatio ? without(name, "ratio") : name;
    made = kind == Kind.COUNTER ? without(made, "total") : made;
    var main = main(unit);
    var per = per(unit);
    made = per.isEmpty() ? made : without(made, per);
    made += main.isEmpty() || made.endsWith(main) ? "" : "_" + main;
    made += per.isEmpty() ? "" : "_" + per;
    return made + (kind == Kind.COUNTER ? "_total" : isRatio ? "_ratio" : "");
  }

  /// Removes a suffix and the separator before it.
  private static String without(String name, String ending) {
    return name.endsWith(ending) && name.length() > ending.length() + 1
        ? name.substring(0, name.length() - ending.length() - 1)
        : name;
  }

  /// The unit before the slash, as a word. Annotations in braces are dropped.
  private static String main(String unit) {
    var plain = unit.split("/", 2)[0].strip();
    return isAnnotation(plain) ? "" : UNITS.getOrDefault(plain, plain);
  }

  private static String per(String unit) {
    var parts = unit.split("/", 2);
    var plain = parts.length == 2 ? parts[1].strip() : "";
    return plain.isEmpty() || isAnnotation(plain) ? "" : "per_" + PER.getOrDefault(plain, plain);
  }

  private static boolean isAnnotation(String unit) {
    return unit.contains("{") || unit.contains("}");
  }

  private static String clean(String unit) {
    return NOT_METRIC_NAME.matcher(unit).replaceAll("_").replaceFirst("^_", "");
  }

  /// Translates an attribute name to a label name.
  ///
  /// @throws IllegalArgumentException if it is empty, or nothing but underscores would be left
  static String ofLabel(OtlpSettings settings, String attribute) {
    boolean escapes = settings.strategy().escapes;
    var made = escapes ? escapedLabel(settings, attribute) : attribute;
    if (escapes ? isUnderscores(made) : made.isEmpty()) {
      throw new IllegalArgumentException(
          "an attribute named '%s' (expected: a name with a letter or a digit in it)"
              .formatted(attribute));
    }
    return made;
  }

  private static String escapedLabel(OtlpSettings settings, String attribute) {
    String made;
    if (settings.keepUnderscores()) {
      made = NO_LABEL.matcher(attribute).replaceAll("_");
    } else {
      boolean reserved =
          attribute.length() >= 4 && attribute.startsWith("__") && attribute.endsWith("__");
      var inner = reserved ? attribute.substring(2, attribute.length() - 2) : attribute;
      made = NO_LETTERS.matcher(inner).replaceAll("_");
      made = reserved ? "__" + made + "__" : made;
    }
    if (startsWithDigit(made)) {
      return "key_" + made;
    }
    return settings.keyBeforeUnderscore() && made.startsWith("_") && !made.startsWith("__")
        ? "key" + made
        : made;
  }

  private static boolean isUnderscores(String text) {
    return text.chars().allMatch(c -> c == '_');
  }

  private static boolean startsWithDigit(String text) {
    return !text.isEmpty() && text.charAt(0) >= '0' && text.charAt(0) <= '9';
  }
}
