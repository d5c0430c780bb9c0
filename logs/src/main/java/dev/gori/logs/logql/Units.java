package dev.gori.logs.logql;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/// Numbers with units, as queries and log lines have them.
final class Units {

  private static final Pattern PART =
      Pattern.compile("(\\d+(?:\\.\\d*)?|\\.\\d+)(ns|us|µs|μs|ms|s|m|h|d|w|y)");
  private static final Pattern SIZE = Pattern.compile("(\\d+(?:\\.\\d*)?|\\.\\d+)\\s*([a-zA-Z]*)");
  private static final Map<String, Double> NANOS =
      Map.ofEntries(
          Map.entry("ns", 1.0),
          Map.entry("us", 1e3),
          Map.entry("µs", 1e3),
          Map.entry("μs", 1e3),
          Map.entry("ms", 1e6),
          Map.entry("s", 1e9),
          Map.entry("m", 60e9),
          Map.entry("h", 3_600e9),
          Map.entry("d", 86_400e9),
          Map.entry("w", 604_800e9),
          Map.entry("y", 31_536_000e9));
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

  /// Nanoseconds of `1h30m`, `250ms`, `1.5s`, `-2s`.
  static OptionalLong duration(String text) {
    boolean negative = text.startsWith("-");
    var rest = negative ? text.substring(1) : text;
    if (rest.equals("0")) {
      return OptionalLong.of(0);
    }
    var part = PART.matcher(rest);
    double nanos = 0;
    int end = 0;
    while (part.find() && part.start() == end) {
      nanos += new BigDecimal(part.group(1)).doubleValue() * NANOS.getOrDefault(part.group(2), 0.0);
      end = part.end();
    }
    return end == 0 || end != rest.length() || nanos > Long.MAX_VALUE
        ? OptionalLong.empty()
        : OptionalLong.of(Math.round(negative ? -nanos : nanos));
  }

  /// Bytes of `20KB`, `1.5 MiB`, `512`.
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

  /// A duration as a query would write it.
  static String shown(long nanos) {
    if (nanos == 0) {
      return "0s";
    }
    var text = new StringBuilder(nanos < 0 ? "-" : "");
    long rest = Math.abs(nanos);
    for (var unit : new String[] {"w", "d", "h", "m", "s", "ms", "us", "ns"}) {
      long size = NANOS.getOrDefault(unit, 1.0).longValue();
      if (rest >= size) {
        text.append(rest / size).append(unit);
        rest %= size;
      }
    }
    return text.toString();
  }
}
