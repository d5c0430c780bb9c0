package dev.gori.pipelines.dag;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Computes the next state of a task from the end of its attempt.
public final class Attempts {

  /// How many attempts of one task a stop of the program may end before the task fails. The limit
  /// stops a task that kills the program in every attempt.
  public static final int MOST_LOST = 5;

  /// How an attempt ended.
  public sealed interface End {
    record Succeeded(Map<String, @Nullable Object> outputs) implements End {}

    record Skipped(String why) implements End {}

    /// @param again whether a retry may help
    record Failed(String why, boolean again) implements End {}

    /// The sensor's condition does not hold yet.
    record NotYet(String why) implements End {}

    record TimedOut(String why) implements End {}

    /// The program stopped during the attempt. This does not use up a retry.
    record Lost(String why) implements End {}

    record Cancelled(String why) implements End {}
  }

  private Attempts() {}

  /// The task's state after the attempt.
  ///
  /// @param seed the same seed gives the same retry jitter
  public static TaskSnapshot after(
      TaskSpec spec, TaskSnapshot task, End end, Instant now, long seed) {
    return switch (end) {
      case End.Succeeded(var outputs) -> task.succeeded(outputs);
      case End.Skipped(var why) -> task.settled(TaskState.SKIPPED, why);
      case End.Cancelled(var why) -> task.settled(TaskState.CANCELLED, why);
      case End.Failed(var why, var again) -> failed(spec, task, why, again, now, seed);
      case End.TimedOut(var why) -> failed(spec, task, why, true, now, seed);
      case End.NotYet(var why) -> notYet(spec, task, why, now);
      case End.Lost(var why) -> lost(task, why, now);
    };
  }

  private static TaskSnapshot failed(
      TaskSpec spec, TaskSnapshot task, String why, boolean again, Instant now, long seed) {
    int failures = task.failures() + 1;
    var counted = task.counting(failures, task.lost());
    if (again && failures <= spec.retry().retries()) {
      return counted.waiting(
          TaskState.UP_FOR_RETRY, now.plus(spec.retry().after(failures, seed)), why);
    }
    return counted.settled(TaskState.FAILED, why);
  }

  private static TaskSnapshot notYet(TaskSpec spec, TaskSnapshot task, String why, Instant now) {
    var sensor = spec.sensor().orElse(SensorPolicy.DEFAULTS);
    var gaveUp = Plan.sensorEnd(sensor, task);
    return now.isBefore(gaveUp)
        ? task.waiting(TaskState.UP_FOR_RESCHEDULE, now.plus(sensor.pokeInterval()), why)
        : Plan.gaveUp(sensor, task, why);
  }

  private static TaskSnapshot lost(TaskSnapshot task, String why, Instant now) {
    int lost = task.lost() + 1;
    var counted = task.counting(task.failures(), lost);
    return lost > MOST_LOST
        ? counted.settled(
            TaskState.FAILED,
            "%s; lost %d times (expected: at most %d)".formatted(why, lost, MOST_LOST))
        : counted.waiting(TaskState.UP_FOR_RETRY, now, why);
  }
}
