package dev.gori.pipelines;

import java.time.Instant;
import java.util.Optional;

/// The database record of one attempt of a task.
///
/// @param state `running`, or how the attempt ended: `success`, `failed`, `skipped`, `timed_out`,
///   `lost`, `cancelled`; `waiting` while a sensor waits for its next poke
record AttemptRecord(
    String task, int number, String state, Instant started, Optional<Instant> ended, String why) {}
