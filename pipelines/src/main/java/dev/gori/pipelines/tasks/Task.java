package dev.gori.pipelines.tasks;

import dev.gori.pipelines.dag.TaskKind;

/// Something that a pipeline file can name in `uses`.
///
/// It must bear to be run again: after a failure, after the program was killed in the middle of it,
/// and when a person retries it.
public interface Task {

  TaskKind kind();

  /// Does the work. Anything thrown is a failure that may be retried; `Failed` says so itself.
  TaskOutcome run(TaskContext context) throws Exception;
}
