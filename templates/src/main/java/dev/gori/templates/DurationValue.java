package dev.gori.templates;

import dev.gori.kernel.gotext.GoDuration;
import java.time.Duration;
import java.util.Optional;

/// Go's `time.Duration` in templates: prints `1h2m3s`; `.Seconds`, `.Minutes`, `.Hours`. It is
/// capped at Go's maximum of some 292 years.
public record DurationValue(Duration value) implements Struct {

  public DurationValue {
    if (value.abs().compareTo(GoDuration.LONGEST) > 0) {
      value = value.isNegative() ? GoDuration.LONGEST.negated() : GoDuration.LONGEST;
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
    return GoDuration.format(value);
  }
}
