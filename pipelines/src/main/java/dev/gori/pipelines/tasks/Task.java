package dev.gori.pipelines.tasks;

import dev.gori.pipelines.dag.TaskType;

/// A task that a pipeline file can name in `uses`.
///
/// A task must be safe to run again: after a failure, after a kill during its work, and when a
/// person retries it.
public interface Task {

  TaskType type();

  /// Runs the task. An exception is a failure, which may be retried; {@link TaskOutcome.Failed}
  /// states whether a retry may help.
  TaskOutcome run(TaskContext context) throws Exception;
}
