package dev.gori.pipelines.dag;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The state of one task of a run.
///
/// @param attempt the number of the last attempt, from 1; 0 before the first
/// @param failures attempts that failed since the task was last cleared; these use up its retries
/// @param lost attempts that a stop of the program ended; these do not use up retries
/// @param due when the next attempt or poke is due, while the task waits for one
/// @param attemptStarted when the last attempt started; for a sensor its first poke
/// @param activeSince when the running attempt or poke started
/// @param outputs empty unless the task succeeded
/// @param why a sentence with the reason for the state; may be empty
public record TaskSnapshot(
    TaskState state,
    int attempt,
    int failures,
    int lost,
    Optional<Instant> due,
    Optional<Instant> attemptStarted,
    Optional<Instant> activeSince,
    Map<String, @Nullable Object> outputs,
    String why) {

  /// The state of a task before anything happens to it.
  public static final TaskSnapshot NEW =
      new TaskSnapshot(
          TaskState.NONE,
          0,
          0,
          0,
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Map.of(),
          "");

  public TaskSnapshot {
    outputs = Collections.unmodifiableMap(new LinkedHashMap<>(outputs));
  }

  /// The same state with these outputs, for a store that reads it.
  public TaskSnapshot handing(Map<String, @Nullable Object> newOutputs) {
    return new TaskSnapshot(
        state, attempt, failures, lost, due, attemptStarted, activeSince, newOutputs, why);
  }

  /// The task in another state, without a due time or a running attempt.
  public TaskSnapshot settled(TaskState newState, String newWhy) {
    return new TaskSnapshot(
        newState,
        attempt,
        failures,
        lost,
        Optional.empty(),
        attemptStarted,
        Optional.empty(),
        outputs,
        newWhy);
  }

  /// The task reset for a retry by a person: the attempt number stays, the failures are reset.
  public TaskSnapshot cleared() {
    return new TaskSnapshot(
        TaskState.NONE,
        attempt,
        0,
        0,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Map.of(),
        "");
  }

  /// The task with its next attempt running; a sensor that pokes again continues its attempt.
  public TaskSnapshot begun(Instant now) {
    boolean looksAgain = state == TaskState.UP_FOR_RESCHEDULE;
    return new TaskSnapshot(
        TaskState.RUNNING,
        looksAgain ? attempt : attempt + 1,
        failures,
        lost,
        Optional.empty(),
        looksAgain ? attemptStarted : Optional.of(now),
        Optional.of(now),
        Map.of(),
        "");
  }

  TaskSnapshot waiting(TaskState newState, Instant until, String newWhy) {
    return new TaskSnapshot(
        newState,
        attempt,
        failures,
        lost,
        Optional.of(until),
        attemptStarted,
        Optional.empty(),
        Map.of(),
        newWhy);
  }

  TaskSnapshot counting(int newFailures, int newLost) {
    return new TaskSnapshot(
        state, attempt, newFailures, newLost, due, attemptStarted, activeSince, outputs, why);
  }

  TaskSnapshot succeeded(Map<String, @Nullable Object> newOutputs) {
    return new TaskSnapshot(
        TaskState.SUCCESS,
        attempt,
        failures,
        lost,
        Optional.empty(),
        attemptStarted,
        Optional.empty(),
        newOutputs,
        "");
  }
}
