package dev.gori.pipelines.tasks;

import dev.gori.pipelines.dag.TaskType;
import java.util.Set;

/// Fails with a message, in every attempt or in the first ones only, to test how a pipeline handles
/// failures.
final class Fail implements Task {

  @Override
  public TaskType type() {
    return new TaskType("fail", Set.of("message", "attempts"), Set.of(), false);
  }

  @Override
  public TaskOutcome run(TaskContext context) {
    int attempts = context.with().whole("attempts", Integer.MAX_VALUE);
    return context.attempt() <= attempts
        ? new TaskOutcome.Failed(context.with().text("message").orElse("told to fail"), true)
        : TaskOutcome.done("attempt", context.attempt());
  }
}
