package dev.gori.pipelines.dag;

import java.util.Locale;

/// The state of a task, with Airflow's names; `cancelled` is not one of Airflow's. `scheduled`
/// waits for a free slot. `queued` is for attempts that another machine runs; attempts in this
/// process do not use it.
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

  /// Whether the task stays in this state unless a person retries it.
  public boolean isFinal() {
    return switch (this) {
      case SUCCESS, FAILED, UPSTREAM_FAILED, SKIPPED, CANCELLED -> true;
      case NONE, SCHEDULED, QUEUED, RUNNING, UP_FOR_RETRY, UP_FOR_RESCHEDULE -> false;
    };
  }

  /// Whether an attempt is running.
  public boolean isActive() {
    return this == QUEUED || this == RUNNING;
  }

  /// The name in the API and the database, such as `up_for_retry`.
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static TaskState of(String text) {
    return valueOf(text.toUpperCase(Locale.ROOT));
  }
}
