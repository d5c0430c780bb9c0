package dev.gori.roles.metrics.otlp;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// How a metric and an attribute of OpenTelemetry are called in Prometheus: words joined by
/// underscores, the unit and `_total` at the end.
final class SeriesName {

    private static final Pattern NO_WORD = Pattern.compile("[^a-zA-Z0-9:]+");
    private static final Pattern NO_LABEL = Pattern.compile("[^a-zA-Z0-9_]");

    /// Units of UCUM as words; what is not here stays as it is.
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
                    "s", "second", "m", "minute", "h", "hour", "d", "day", "w", "week", "mo",
                    "month", "y", "year");

    /// What kind of number it is, as far as the name tells it.
    enum Kind {
        COUNTER,
        GAUGE,
        OTHER
    }

    private SeriesName() {}

    static String of(String name, String unit, Kind kind) {
        List<String> words =
                Arrays.stream(NO_WORD.split(name))
                        .filter(word -> !word.isEmpty())
                        .collect(Collectors.toCollection(ArrayList::new));
        var parts = unit.split("/", 2);
        append(words, UNITS, parts[0], false);
        if (parts.length == 2) {
            append(words, PER, parts[1], true);
        }
        if (kind == Kind.COUNTER) {
            words.removeIf("total"::equals);
            words.add("total");
        } else if (kind == Kind.GAUGE && unit.equals("1")) {
            words.removeIf("ratio"::equals);
            words.add("ratio");
        }
        var joined = String.join("_", words);
        return startsWithDigit(joined) ? "_" + joined : joined;
    }

    /// Adds a unit's words unless the name has them already. Units in braces are remarks, and left
    /// out.
    private static void append(
            List<String> words, Map<String, String> known, String unit, boolean isPer) {
        var plain = unit.strip();
        if (plain.isEmpty() || plain.contains("{") || plain.contains("}")) {
            return;
        }
        var text =
                NO_WORD.matcher(known.getOrDefault(plain, plain))
                        .replaceAll("_")
                        .replaceAll("^_+|_+$", "");
        if (!text.isEmpty() && !words.contains(text)) {
            if (isPer) {
                words.add("per");
            }
            words.add(text);
        }
    }

    /// The name of a label.
    static String ofLabel(String attribute) {
        var name = NO_LABEL.matcher(attribute).replaceAll("_");
        return startsWithDigit(name) ? "key_" + name : name;
    }

    private static boolean startsWithDigit(String text) {
        return !text.isEmpty() && text.charAt(0) >= '0' && text.charAt(0) <= '9';
    }
}
