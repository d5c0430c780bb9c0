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

/// A pipeline as its file says. One that exists has no cycle and refers only to tasks that it has.
///
/// @param zone where its dates are read: the schedule's time zone
/// @param catchup whether every interval that was missed is run, or only the last one
/// @param maxActiveRuns runs at once; more wait
/// @param deadline from the moment a run is due until it counts as late
/// @param onFailure runs once when a run has failed
/// @param runOnChange whether a commit that changes its file starts a run
/// @param params names and defaults of what a trigger may give
/// @param tasks each after all that it needs
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

  /// The name under which a run keeps its `on_failure` task.
  public static final String ON_FAILURE = "on_failure";

  public Pipeline {
    params = Collections.unmodifiableMap(new LinkedHashMap<>(params));
    tasks = List.copyOf(tasks);
  }

  /// A task by name, `on_failure` among them.
  public Optional<TaskSpec> task(String wanted) {
    return ON_FAILURE.equals(wanted)
        ? onFailure
        : tasks.stream().filter(task -> task.name().equals(wanted)).findFirst();
  }

  /// The tasks that come after a task, near and far, without itself.
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

  /// The tasks that come before each task, near and far.
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
