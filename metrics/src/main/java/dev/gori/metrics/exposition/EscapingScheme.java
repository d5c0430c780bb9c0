package dev.gori.metrics.exposition;

import java.util.Arrays;
import java.util.stream.Collectors;

/// How a target is asked to expose names beyond letters, digits, `_` and `:`.
public enum EscapingScheme {
  ALLOW_UTF_8("allow-utf-8"),
  UNDERSCORES("underscores"),
  DOTS("dots"),
  VALUES("values");

  private final String text;

  EscapingScheme(String text) {
    this.text = text;
  }

  /// As in the configuration and in content types.
  public String text() {
    return text;
  }

  /// @throws IllegalArgumentException if there is no such scheme
  public static EscapingScheme of(String text) {
    return Arrays.stream(values())
        .filter(scheme -> scheme.text.equals(text))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(text));
  }

  /// All names, for error messages.
  public static String names() {
    return Arrays.stream(values()).map(EscapingScheme::text).collect(Collectors.joining(", "));
  }
}
