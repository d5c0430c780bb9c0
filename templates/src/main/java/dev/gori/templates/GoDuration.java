package dev.gori.templates;

import java.time.Duration;
import java.util.Optional;

/// A duration as templates see it: prints `1h2m3s`; `.Seconds`, `.Minutes`, `.Hours`. As Go's it
/// has at most some 292 years; a longer one is cut to that.
public record GoDuration(Duration value) implements Struct {

  private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE);

  public GoDuration {
    if (value.abs().compareTo(LONGEST) > 0) {
      value = value.isNegative() ? LONGEST.negated() : LONGEST;
    }
  }

  @Override
  public String typeName() {
    return "time.Duration";
  }

  @Override
  public Optional<Object> member(String name) {
    double seconds = value.toNanos() / 1e9;
    return Optional.ofNullable(
        switch (name) {
          case "Seconds" -> (Function) _ -> seconds;
          case "Minutes" -> (Function) _ -> seconds / 60;
          case "Hours" -> (Function) _ -> seconds / 3600;
          case "Milliseconds" -> (Function) _ -> value.toMillis();
          case "String" -> (Function) _ -> toString();
          default -> null;
        });
  }

  @Override
  public String toString() {
    long nanos = Math.abs(value.toNanos());
    var sign = value.isNegative() ? "-" : "";
    if (nanos == 0) {
      return "0s";
    }
    if (nanos < 1_000_000_000L) {
      return sign
          + (nanos < 1_000
              ? number(nanos) + "ns"
              : nanos < 1_000_000 ? number(nanos / 1e3) + "µs" : number(nanos / 1e6) + "ms");
    }
    long hours = nanos / 3_600_000_000_000L;
    long minutes = nanos / 60_000_000_000L % 60;
    var seconds = number(nanos % 60_000_000_000L / 1e9) + "s";
    return sign
        + (hours > 0 ? hours + "h" + minutes + "m" : minutes > 0 ? minutes + "m" : "")
        + seconds;
  }

  private static String number(double value) {
    return Numbers.format(value, 'f', -1);
  }
}
