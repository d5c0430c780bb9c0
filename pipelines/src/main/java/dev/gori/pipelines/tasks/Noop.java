package dev.gori.pipelines.tasks;

import dev.gori.pipelines.dag.TaskType;
import java.util.Set;

/// Does nothing and returns its parameter `outputs` as outputs; joins branches of a graph.
final class Noop implements Task {

  @Override
  public TaskType type() {
    return new TaskType("noop", Set.of("outputs"), Set.of(), false);
  }

  @Override
  public TaskOutcome run(TaskContext context) {
    return new TaskOutcome.Succeeded(context.with().section("outputs").values());
  }
}
