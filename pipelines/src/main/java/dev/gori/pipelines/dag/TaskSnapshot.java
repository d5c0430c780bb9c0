package dev.gori.pipelines.dag;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A task of a run at a moment.
///
/// @param attempt the number of the last attempt, from 1; 0 before the first
/// @param failures attempts that failed since the task was last cleared; these use up its retries
/// @param lost attempts that a stop of the program ended; these do not
/// @param due when the next attempt or look is wanted, while it waits for one
/// @param attemptStarted when the last attempt began; for a sensor its first look
/// @param activeSince when the piece of work that is under way began
/// @param outputs what it handed on
/// @param why a sentence on how it came to its state; may be empty
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

  /// A task to which nothing has happened.
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

  /// With these outputs, as a store gives them back.
  public TaskSnapshot handing(Map<String, @Nullable Object> newOutputs) {
    return new TaskSnapshot(
        state, attempt, failures, lost, due, attemptStarted, activeSince, newOutputs, why);
  }

  /// In another state, waiting for nothing.
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

  /// The same task begun again by a person: its attempts keep counting, its failures do not.
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

  /// With the next attempt handed to a thread; a sensor that looks again goes on with its attempt.
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
