package dev.gori.pipelines.dag;

import java.time.Duration;
import java.time.ZoneId;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The definition of a pipeline. It has no cycle and refers only to its own tasks.
///
/// @param zone the time zone of its dates: the schedule's time zone
/// @param catchup whether every missed interval gets a run, or only the last one
/// @param maxActiveRuns the maximum number of concurrent runs; further runs are queued
/// @param deadline the time from when a run is due until it is late
/// @param onFailure the task that runs once when a run has failed
/// @param runOnChange whether a commit that changes the file triggers a run
/// @param params the parameters that a trigger may set, with their defaults
/// @param tasks in topological order: each task after all tasks that it needs
public record Pipeline(
    String name,
    String description,
    Optional<Schedule> schedule,
    ZoneId zone,
    boolean catchup,
    int maxActiveRuns,
    Optional<Duration> deadline,
    Optional<TaskSpec> onFailure,
    boolean runOnChange,
    Map<String, @Nullable Object> params,
    List<TaskSpec> tasks) {

  /// The name of a run's `on_failure` task.
  public static final String ON_FAILURE = "on_failure";

  public Pipeline {
    params = Collections.unmodifiableMap(new LinkedHashMap<>(params));
    tasks = List.copyOf(tasks);
  }

  /// A task by its name, including `on_failure`.
  public Optional<TaskSpec> task(String wanted) {
    return ON_FAILURE.equals(wanted)
        ? onFailure
        : tasks.stream().filter(task -> task.name().equals(wanted)).findFirst();
  }

  /// The direct and indirect downstream tasks of a task.
  public Set<String> downstream(String of) {
    var reached = new HashSet<>(Set.of(of));
    for (var task : tasks) {
      if (task.needs().stream().anyMatch(reached::contains)) {
        reached.add(task.name());
      }
    }
    reached.remove(of);
    return reached;
  }

  /// The direct and indirect upstream tasks of each task.
  ///
  /// @param inOrder the tasks in topological order
  static Map<String, Set<String>> upstream(List<TaskSpec> inOrder) {
    var before = new HashMap<String, Set<String>>();
    for (var task : inOrder) {
      before.put(
          task.name(),
          task.needs().stream()
              .flatMap(
                  need ->
                      Stream.concat(Stream.of(need), before.getOrDefault(need, Set.of()).stream()))
              .collect(Collectors.toSet()));
    }
    return before;
  }
}
