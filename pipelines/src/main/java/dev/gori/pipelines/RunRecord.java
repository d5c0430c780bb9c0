package dev.gori.pipelines;

import dev.gori.pipelines.dag.Interval;
import dev.gori.pipelines.dag.RunContext;
import dev.gori.pipelines.dag.RunState;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One run, without its tasks, as it is stored.
///
/// @param sequence the order in which runs were made
/// @param intervalKey set for scheduled and backfilled runs, of which there is one an interval
/// @param commit that asked for it, or, where none did, whose definition it runs; empty when
///   neither is known
/// @param definition the pipeline's file as it was when the run was made; a run does not change
///   under its own feet
/// @param lateAt when it counts as late
record RunRecord(
    String id,
    long sequence,
    String pipeline,
    RunState state,
    Cause cause,
    Instant logicalTime,
    Interval interval,
    Optional<String> intervalKey,
    String commit,
    String note,
    Map<String, @Nullable Object> params,
    String definition,
    Instant created,
    Optional<Instant> started,
    Optional<Instant> ended,
    Optional<Instant> lateAt,
    boolean late,
    boolean cancelling) {

  /// Why there is a run.
  enum Cause {
    SCHEDULE,
    MANUAL,
    CHANGE,
    BACKFILL
  }

  RunRecord begun(Instant now) {
    return changed(
        RunState.RUNNING, Optional.of(started.orElse(now)), Optional.empty(), late, cancelling);
  }

  RunRecord finished(RunState newState, Instant now) {
    return changed(newState, started, Optional.of(now), late, cancelling);
  }

  RunRecord nowLate() {
    return changed(state, started, ended, true, cancelling);
  }

  RunRecord nowCancelling() {
    return changed(state, started, ended, late, true);
  }

  /// Open again, for a task that a person retries.
  RunRecord reopened() {
    return changed(RunState.RUNNING, started, Optional.empty(), late, false);
  }

  private RunRecord changed(
      RunState newState,
      Optional<Instant> newStarted,
      Optional<Instant> newEnded,
      boolean newLate,
      boolean newCancelling) {
    return new RunRecord(
        id,
        sequence,
        pipeline,
        newState,
        cause,
        logicalTime,
        interval,
        intervalKey,
        commit,
        note,
        params,
        definition,
        created,
        newStarted,
        newEnded,
        lateAt,
        newLate,
        newCancelling);
  }

  RunContext facts(String environment) {
    return new RunContext(pipeline, id, environment, commit, logicalTime, interval, params);
  }
}
