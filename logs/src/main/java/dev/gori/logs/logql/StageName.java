package dev.gori.logs.logql;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The names after `|` that begin a stage; any other name begins a label filter.
enum StageName {
  JSON,
  LOGFMT,
  REGEXP,
  PATTERN,
  UNPACK,
  LINE_FORMAT,
  LABEL_FORMAT,
  DROP,
  KEEP,
  DECOLORIZE,
  UNWRAP;

  /// @return null when no stage has this name
  static @Nullable StageName of(String text) {
    for (var name : values()) {
      if (name.text().equals(text)) {
        return name;
      }
    }
    return null;
  }

  /// All names, for error messages.
  static String list() {
    return Arrays.stream(values()).map(StageName::text).collect(Collectors.joining(", "));
  }

  private String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
