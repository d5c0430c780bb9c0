package dev.gori.pipelines.dag;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// Evaluates the branches of a task. The choice depends only on the task's stored outputs, so every
/// evaluation gives the same result.
final class Branches {

  /// The condition that holds if none of the other conditions holds.
  static final String OTHERWISE = "otherwise";

  private Branches() {}

  /// Whether a branch upstream of the task did not choose it. A task that is also downstream of a
  /// chosen task is not skipped, as in Airflow.
  ///
  /// @throws IllegalArgumentException when a condition cannot be evaluated
  static boolean passesBy(Pipeline pipeline, TaskSpec task, Scope scope) {
    for (var need : task.needs()) {
      var before = pipeline.task(need).orElseThrow();
      if (before.branch().containsKey(task.name()) && succeeded(scope, need)) {
        var chosen = chosen(before, scope);
        if (!chosen.contains(task.name())
            && chosen.stream()
                .noneMatch(other -> pipeline.downstream(other).contains(task.name()))) {
          return true;
        }
      }
    }
    return false;
  }

  static Set<String> chosen(TaskSpec branching, Scope scope) {
    var own =
        scope.values().get("tasks") instanceof Map<?, ?> tasks
                && tasks.get(branching.name()) instanceof Scope.TaskFacts facts
            ? scope.with("outputs", facts.outputs())
            : scope;
    var chosen = new HashSet<String>();
    branching
        .branch()
        .forEach(
            (name, condition) -> {
              if (!condition.toString().equals(OTHERWISE) && condition.holds(own)) {
                chosen.add(name);
              }
            });
    if (chosen.isEmpty()) {
      branching
          .branch()
          .forEach(
              (name, condition) -> {
                if (condition.toString().equals(OTHERWISE)) {
                  chosen.add(name);
                }
              });
    }
    return chosen;
  }

  private static boolean succeeded(Scope scope, String task) {
    return scope.values().get("tasks") instanceof Map<?, ?> tasks
        && tasks.get(task) instanceof Scope.TaskFacts facts
        && facts.state() == TaskState.SUCCESS;
  }
}
