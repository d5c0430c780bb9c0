package dev.gori.git;

import java.util.regex.Pattern;

/// The name of a commit: 40 hexadecimal digits.
public record CommitId(String value) {

  private static final Pattern LEGAL = Pattern.compile("[0-9a-f]{40}");

  public CommitId {
    if (!LEGAL.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "commit: '%s' (expected: 40 hexadecimal digits)".formatted(value));
    }
  }

  /// The first 10 digits, as people write it.
  public String brief() {
    return value.substring(0, 10);
  }

  @Override
  public String toString() {
    return value;
  }
}
