package dev.gori.logs;

import dev.gori.kernel.fault.FaultException;
import dev.gori.kernel.gotext.PrometheusDuration;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;

/// Parses timestamps and durations of Loki's query parameters.
final class TimeParameters {

  private static final int MAX_SECONDS_DIGITS =
      10; // digits; a longer whole number is in nanoseconds

  private TimeParameters() {}

  static long nanos(Instant at) {
    return Math.addExact(Math.multiplyExact(at.getEpochSecond(), 1_000_000_000L), at.getNano());
  }

  /// Parses nanoseconds, seconds with a fraction or RFC 3339 to nanoseconds since the epoch; a
  /// whole number of at most ten digits is seconds.
  static long timestamp(String name, String text) {
    try {
      if (text.matches("-?\\d+")) {
        long number = Long.parseLong(text);
        return text.length() <= MAX_SECONDS_DIGITS
            ? Math.multiplyExact(number, 1_000_000_000L)
            : number;
      }
      if (text.matches("-?\\d*\\.\\d+([eE][+-]?\\d+)?|-?\\d+(\\.\\d*)?[eE][+-]?\\d+")) {
        return new BigDecimal(text).movePointRight(9).longValueExact();
      }
      return nanos(OffsetDateTime.parse(text).toInstant());
    } catch (DateTimeParseException | ArithmeticException | NumberFormatException e) {
      throw FaultException.badRequest(
          "%s: '%s' (expected: nanoseconds since the epoch, seconds with a fraction, or RFC 3339)"
              .formatted(name, text));
    }
  }

  /// Parses a duration such as `5m`, or a number of seconds, to nanoseconds.
  static long duration(String name, String text) {
    try {
      return text.matches("\\d*\\.?\\d+")
          ? new BigDecimal(text).movePointRight(9).longValue()
          : PrometheusDuration.parse(text).toNanos();
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw FaultException.badRequest(
          "%s: '%s' (expected: a duration such as 5m, or seconds)".formatted(name, text));
    }
  }
}
