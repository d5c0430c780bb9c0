package dev.gori.pipelines.dag;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The state of a run from which {@link Plan} computes the next moves.
///
/// @param facts the run's names and values, without `tasks`
/// @param tasks the states of tasks by name; a missing task is new
/// @param cancelling whether a person has cancelled the run
/// @param lateAt when the run becomes late; empty if it has no deadline or is already marked as
///   late
/// @param slots how many more attempts may start
public record RunSnapshot(
    Pipeline pipeline,
    Map<String, @Nullable Object> facts,
    Map<String, TaskSnapshot> tasks,
    boolean cancelling,
    Optional<Instant> lateAt,
    int slots,
    Instant now) {

  public TaskSnapshot task(String name) {
    return tasks.getOrDefault(name, TaskSnapshot.NEW);
  }

  /// The names that templates and conditions of this run can use now.
  public Scope scope() {
    return scope(pipeline, facts, tasks);
  }

  static Scope scope(
      Pipeline pipeline, Map<String, @Nullable Object> facts, Map<String, TaskSnapshot> tasks) {
    var seen = new LinkedHashMap<String, @Nullable Object>();
    for (var task : pipeline.tasks()) {
      var at = tasks.getOrDefault(task.name(), TaskSnapshot.NEW);
      seen.put(task.name(), new Scope.TaskFacts(at.state(), at.outputs()));
    }
    var all = new LinkedHashMap<String, @Nullable Object>(facts);
    all.put("tasks", seen);
    return new Scope(all);
  }
}
