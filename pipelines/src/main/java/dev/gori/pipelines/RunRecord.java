package dev.gori.pipelines;

import dev.gori.pipelines.dag.Interval;
import dev.gori.pipelines.dag.RunContext;
import dev.gori.pipelines.dag.RunState;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The database record of one run, without its tasks.
///
/// @param sequence the order in which runs were created
/// @param intervalKey the unique key of the run: of the interval for a scheduled or backfilled run,
///   of the request for a triggered run that gave a key; else absent
/// @param commit the commit that triggered the run or, if none did, the commit that declares the
///   definition; empty if neither is known
/// @param definition the text of the pipeline's file when the run was created; later changes of the
///   file do not affect the run
/// @param lateAt when the run becomes late
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

  /// What triggered the run.
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

  /// The run reopened, because a person retries one of its tasks.
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
