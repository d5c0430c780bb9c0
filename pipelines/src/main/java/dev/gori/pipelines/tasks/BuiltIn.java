package dev.gori.pipelines.tasks;

import dev.gori.kernel.fault.FaultException;
import dev.gori.pipelines.dag.TaskType;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The registry of the built-in tasks.
public final class BuiltIn {

  private static final Map<String, Task> TASKS =
      byName(
          List.of(
              new Noop(),
              new Fail(),
              new RunProcess(),
              new Sensors.ObjectSensor(),
              new Sensors.HttpSensor(),
              new RawData.Extract(),
              new RawData.Validate(),
              new FeatureData.Build(),
              new FeatureData.Store(),
              new FeatureData.Summarize(),
              new DriftGate(),
              new TrainAndEvaluate(),
              new Registration.Decide(),
              new Registration.Register(),
              new Registration.ModelReady(),
              new Registration.ShadowPath(),
              new RolloutStage(),
              new Promote()));

  private BuiltIn() {}

  private static Map<String, Task> byName(List<Task> tasks) {
    var named = new LinkedHashMap<String, Task>();
    tasks.forEach(task -> named.put(task.type().name(), task));
    return named;
  }

  public static Map<String, TaskType> types() {
    var types = new LinkedHashMap<String, TaskType>();
    TASKS.forEach((name, task) -> types.put(name, task.type()));
    return types;
  }

  public static Task named(String name) {
    var task = TASKS.get(name);
    if (task == null) {
      throw FaultException.notFound(
          "task '%s' (expected: one of %s)".formatted(name, String.join(", ", TASKS.keySet())));
    }
    return task;
  }

  /// Kills the child process that an attempt left running when this program was killed.
  ///
  /// @param folder the run's working folder
  public static void endLeftover(Path folder, String task) {
    RunProcess.endLeftover(folder, task);
  }
}
