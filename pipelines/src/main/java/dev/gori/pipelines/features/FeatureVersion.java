package dev.gori.pipelines.features;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Locale;

/// The name of a feature version, `v_YYYYMMDDTHHMMSS`: a run's logical time in Asia/Seoul.
public record FeatureVersion(String value) implements Comparable<FeatureVersion> {

  public static final ZoneId ZONE = ZoneId.of("Asia/Seoul");

  private static final DateTimeFormatter FORM =
      DateTimeFormatter.ofPattern("'v_'uuuuMMdd'T'HHmmss", Locale.ROOT);

  public FeatureVersion {
    try {
      LocalDateTime.parse(value, FORM);
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException(
          "feature version: '%s' (expected: such as v_20261123T020000)".formatted(value), e);
    }
  }

  public static FeatureVersion of(Instant logicalTime) {
    return new FeatureVersion(FORM.format(logicalTime.atZone(ZONE)));
  }

  @Override
  public int compareTo(FeatureVersion other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
