package dev.gori.pipelines.dag;

import java.util.Locale;

/// Where a task of a run stands, in Airflow's words; `cancelled` is ours. `scheduled` waits for a
/// free slot; `queued` is for attempts that are handed to another machine, and is not used by those
/// of this process.
public enum TaskState {
  NONE,
  SCHEDULED,
  QUEUED,
  RUNNING,
  SUCCESS,
  FAILED,
  UPSTREAM_FAILED,
  SKIPPED,
  UP_FOR_RETRY,
  UP_FOR_RESCHEDULE,
  CANCELLED;

  /// Whether nothing more happens to the task unless a person retries it.
  public boolean isFinal() {
    return switch (this) {
      case SUCCESS, FAILED, UPSTREAM_FAILED, SKIPPED, CANCELLED -> true;
      case NONE, SCHEDULED, QUEUED, RUNNING, UP_FOR_RETRY, UP_FOR_RESCHEDULE -> false;
    };
  }

  /// Whether an attempt is under way.
  public boolean isActive() {
    return this == QUEUED || this == RUNNING;
  }

  /// The word on the wire, such as `up_for_retry`.
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static TaskState of(String text) {
    return valueOf(text.toUpperCase(Locale.ROOT));
  }
}
