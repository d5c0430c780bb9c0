package dev.gori.pipelines.dag;

import java.util.Locale;

/// The state of a run.
public enum RunState {
  QUEUED,
  RUNNING,
  SUCCESS,
  FAILED,
  CANCELLED;

  public boolean isFinal() {
    return this == SUCCESS || this == FAILED || this == CANCELLED;
  }

  /// The name in the API and the database, such as `running`.
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static RunState of(String text) {
    return valueOf(text.toUpperCase(Locale.ROOT));
  }
}
