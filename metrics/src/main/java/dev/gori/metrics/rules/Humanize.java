package dev.gori.metrics.rules;

import dev.gori.kernel.gotext.GoFloat;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/// The humanize functions of Prometheus's templates.
final class Humanize {

  private static final String[] LARGE = {"k", "M", "G", "T", "P", "E", "Z", "Y"};
  private static final String[] SMALL = {"m", "u", "n", "p", "f", "a", "z", "y"};
  private static final String[] BINARY = {"ki", "Mi", "Gi", "Ti", "Pi", "Ei", "Zi", "Yi"};

  private Humanize() {}

  /// `1.234k`, `12.35m`.
  static String metric(double value) {
    if (value == 0 || Double.isNaN(value) || Double.isInfinite(value)) {
      return digits(value);
    }
    double rest = value;
    var prefix = "";
    if (Math.abs(value) >= 1) {
      for (int i = 0; i < LARGE.length && Math.abs(rest) >= 1000; i++) {
        prefix = LARGE[i];
        rest /= 1000;
      }
    } else {
      for (int i = 0; i < SMALL.length && Math.abs(rest) < 1; i++) {
        prefix = SMALL[i];
        rest *= 1000;
      }
    }
    return digits(rest) + prefix;
  }

  /// `1.205ki`.
  static String binary(double value) {
    if (Math.abs(value) <= 1 || Double.isNaN(value) || Double.isInfinite(value)) {
      return digits(value);
    }
    double rest = value;
    var prefix = "";
    for (int i = 0; i < BINARY.length && Math.abs(rest) >= 1024; i++) {
      prefix = BINARY[i];
      rest /= 1024;
    }
    return digits(rest) + prefix;
  }

  /// `1d 2h 3m 4s`, `3.1s`, `20ms`.
  static String duration(double seconds) {
    if (Double.isNaN(seconds) || Double.isInfinite(seconds) || seconds == 0) {
      return digits(seconds) + (seconds == 0 ? "s" : "");
    }
    if (Math.abs(seconds) < 1) {
      double rest = seconds;
      var prefix = "";
      for (int i = 0; i < SMALL.length && Math.abs(rest) < 1; i++) {
        prefix = SMALL[i];
        rest *= 1000;
      }
      return digits(rest) + prefix + "s";
    }
    var sign = seconds < 0 ? "-" : "";
    double all = Math.abs(seconds);
    long whole = (long) all;
    long days = whole / 86_400;
    long hours = whole / 3_600 % 24;
    long minutes = whole / 60 % 60;
    long rest = whole % 60;
    if (days != 0) {
      return "%s%dd %dh %dm %ds".formatted(sign, days, hours, minutes, rest);
    }
    if (hours != 0) {
      return "%s%dh %dm %ds".formatted(sign, hours, minutes, rest);
    }
    return minutes != 0 ? "%s%dm %ds".formatted(sign, minutes, rest) : sign + digits(all) + "s";
  }

  /// `6.25%`.
  static String percentage(double ratio) {
    return digits(ratio * 100) + "%";
  }

  /// `2026-11-23 08:00:00 +0000 UTC`.
  static String timestamp(double seconds) {
    if (Double.isNaN(seconds) || Double.isInfinite(seconds)) {
      return digits(seconds);
    }
    var at =
        Instant.ofEpochSecond(
                (long) Math.floor(seconds),
                Math.round((seconds - Math.floor(seconds)) * 1000) * 1_000_000L)
            .atOffset(ZoneOffset.UTC);
    var fraction =
        at.getNano() == 0
            ? ""
            : ("." + String.format(Locale.ROOT, "%09d", at.getNano())).replaceAll("0+$", "");
    return at.format(DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT))
        + fraction
        + " +0000 UTC";
  }

  /// Go's `%.4g`: four significant digits without trailing zeros, with an exponent below -4 or
  /// above 3.
  static String digits(double value) {
    return GoFloat.format(value, 'g', 4);
  }
}
