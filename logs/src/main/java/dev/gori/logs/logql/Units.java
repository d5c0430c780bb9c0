package dev.gori.logs.logql;

import dev.gori.kernel.gotext.GoDuration;
import dev.gori.kernel.gotext.PrometheusDuration;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/// Parses numbers, durations and sizes of queries and log lines.
final class Units {

  private static final Pattern SIZE = Pattern.compile("(\\d+(?:\\.\\d*)?|\\.\\d+)\\s*([a-zA-Z]*)");
  private static final Map<String, Double> BYTES =
      Map.ofEntries(
          Map.entry("b", 1.0),
          Map.entry("kb", 1e3),
          Map.entry("mb", 1e6),
          Map.entry("gb", 1e9),
          Map.entry("tb", 1e12),
          Map.entry("pb", 1e15),
          Map.entry("kib", 0x1p10),
          Map.entry("mib", 0x1p20),
          Map.entry("gib", 0x1p30),
          Map.entry("tib", 0x1p40),
          Map.entry("pib", 0x1p50),
          Map.entry("k", 1e3),
          Map.entry("m", 1e6),
          Map.entry("g", 1e9),
          Map.entry("t", 1e12),
          Map.entry("p", 1e15),
          Map.entry("ki", 0x1p10),
          Map.entry("mi", 0x1p20),
          Map.entry("gi", 0x1p30),
          Map.entry("ti", 0x1p40),
          Map.entry("pi", 0x1p50),
          Map.entry("", 1.0));

  private static final String[] UNITS = {"w", "d", "h", "m", "s", "ms", "us", "ns"};
  private static final long[] NANOS = {
    604_800_000_000_000L,
    86_400_000_000_000L,
    3_600_000_000_000L,
    60_000_000_000L,
    1_000_000_000L,
    1_000_000L,
    1_000L,
    1L
  };

  private Units() {}

  static OptionalDouble number(String text) {
    try {
      return text.isEmpty() || Character.isLetter(text.charAt(text.length() - 1))
          ? OptionalDouble.empty()
          : OptionalDouble.of(Double.parseDouble(text));
    } catch (NumberFormatException _) {
      return OptionalDouble.empty();
    }
  }

  /// Parses a duration of Go or Prometheus to nanoseconds: `1h30m`, `250ms`, `1.5s`, `-2s`, `1d`.
  static OptionalLong duration(String text) {
    try {
      return OptionalLong.of(GoDuration.parse(text).toNanos());
    } catch (IllegalArgumentException _) {
      try {
        return OptionalLong.of(PrometheusDuration.parse(text).toNanos());
      } catch (IllegalArgumentException _) {
        return OptionalLong.empty();
      }
    }
  }

  /// Parses a size to bytes: `20KB`, `1.5 MiB`, `512`.
  static OptionalDouble bytes(String text) {
    var size = SIZE.matcher(text.strip());
    if (!size.matches()) {
      return OptionalDouble.empty();
    }
    var factor = BYTES.get(size.group(2).toLowerCase(Locale.ROOT));
    return factor == null
        ? OptionalDouble.empty()
        : OptionalDouble.of(Double.parseDouble(size.group(1)) * factor);
  }

  /// Writes a duration as a LogQL literal.
  static String shown(long nanos) {
    if (nanos == 0) {
      return "0s";
    }
    var text = new StringBuilder(nanos < 0 ? "-" : "");
    long rest = Math.abs(nanos);
    for (int i = 0; i < UNITS.length; i++) {
      if (rest >= NANOS[i]) {
        text.append(rest / NANOS[i]).append(UNITS[i]);
        rest %= NANOS[i];
      }
    }
    return text.toString();
  }
}
