package dev.gori.pipelines;

import java.time.Instant;
import java.util.Optional;

/// One attempt of one task, as it is stored.
///
/// @param state `running`, or how it ended: `success`, `failed`, `skipped`, `timed_out`, `lost`,
///   `cancelled`, `waiting` between a sensor's looks
record AttemptRecord(
    String task, int number, String state, Instant started, Optional<Instant> ended, String why) {}
