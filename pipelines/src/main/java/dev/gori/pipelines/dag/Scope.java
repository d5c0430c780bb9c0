package dev.gori.pipelines.dag;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The names that templates and conditions of a run can use, with their values.
///
/// Values are JSON values: text, numbers, booleans, lists, maps and null.
///
/// @param values by top-level name; the entry `tasks` is a map from task name to {@link TaskFacts}
public record Scope(Map<String, @Nullable Object> values) {

  /// The top-level names of every run.
  static final TreeSet<String> NAMES =
      new TreeSet<>(
          List.of(
              "commit",
              "data_ds",
              "data_ds_nodash",
              "data_interval_end",
              "data_interval_start",
              "ds",
              "ds_nodash",
              "env",
              "logical_time",
              "params",
              "pipeline",
              "run_id",
              "tasks",
              "ts_nodash"));

  /// The state and outputs of a task, for downstream tasks.
  ///
  /// @param outputs empty unless the task succeeded
  public record TaskFacts(TaskState state, Map<String, @Nullable Object> outputs) {}

  /// This scope with one more name, such as a branching task's own `outputs`.
  Scope with(String name, Object value) {
    var more = new LinkedHashMap<String, @Nullable Object>(values);
    more.put(name, value);
    return new Scope(more);
  }

  /// Resolves a dotted path.
  ///
  /// @throws IllegalArgumentException for an unknown name; the message lists the known names. An
  ///   output of a task that did not succeed is null instead, so that tasks that run after a
  ///   failure can refer to it
  @Nullable Object find(Path path) {
    @Nullable Object here = values;
    var walked = new StringBuilder();
    boolean settled = true;
    for (var part : path.parts()) {
      if (here == null && !settled) {
        return null;
      }
      if (here instanceof TaskFacts facts) {
        settled = facts.state() == TaskState.SUCCESS;
        here = Map.of("state", facts.state().text(), "outputs", facts.outputs());
      }
      here = step(here, part, walked.toString(), settled).orElse(null);
      walked.append(walked.isEmpty() ? "" : ".").append(part);
    }
    return here;
  }

  private static Optional<Object> step(
      @Nullable Object here, String part, String walked, boolean settled) {
    if (!(here instanceof Map<?, ?> map)) {
      throw new IllegalArgumentException(
          "'%s' has no part '%s': it is %s".formatted(walked, part, Expression.shown(here)));
    }
    if (!map.containsKey(part)) {
      if (!settled) {
        return Optional.empty();
      }
      var known = new TreeSet<String>();
      map.keySet().forEach(key -> known.add(String.valueOf(key)));
      throw new IllegalArgumentException(
          "unknown name '%s'%s (there is: %s)"
              .formatted(
                  part,
                  walked.isEmpty() ? "" : " in '" + walked + "'",
                  known.isEmpty() ? "nothing" : String.join(", ", known)));
    }
    return Optional.ofNullable(map.get(part));
  }

  /// A dotted name such as `tasks.train.outputs.accuracy`.
  record Path(List<String> parts) {
    @Override
    public String toString() {
      return String.join(".", parts);
    }
  }
}
