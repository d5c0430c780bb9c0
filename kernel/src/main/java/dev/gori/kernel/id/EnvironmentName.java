package dev.gori.kernel.id;

import java.util.regex.Pattern;

/// The name of an environment, such as `dev` or `prod`. It becomes part of bucket names, labels and
/// paths, hence the alphabet.
public record EnvironmentName(String value) implements Comparable<EnvironmentName> {

  private static final Pattern LEGAL = Pattern.compile("[a-z][a-z0-9-]{0,30}");

  public EnvironmentName {
    if (!LEGAL.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "environment: '%s' (expected: a lower-case letter, then up to 30 letters, digits or '-')"
              .formatted(value));
    }
  }

  @Override
  public int compareTo(EnvironmentName other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
