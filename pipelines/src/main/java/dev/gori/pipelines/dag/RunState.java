package dev.gori.pipelines.dag;

import java.util.Locale;

/// Where a run of a pipeline stands.
public enum RunState {
  QUEUED,
  RUNNING,
  SUCCESS,
  FAILED,
  CANCELLED;

  public boolean isFinal() {
    return this == SUCCESS || this == FAILED || this == CANCELLED;
  }

  /// The word on the wire, such as `running`.
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static RunState of(String text) {
    return valueOf(text.toUpperCase(Locale.ROOT));
  }
}
