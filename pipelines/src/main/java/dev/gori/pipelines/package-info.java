/// Runs the pipelines of one environment: on schedule, on a commit, or on request.
///
/// Owns: runs, attempts and outputs (SQL), the scheduler, task logs, the built-in tasks
/// (`pipelines.tasks`), the REST API under `/api/v1/pipelines` and `/api/v1/runs`. Does not own:
/// the meaning of a pipeline file and the decision what a run does next (`pipelines.dag`). Threads:
/// one thread changes runs; all others post to its bounded queue. Each attempt has its own platform
/// thread, because tasks compute. A waiting task has none. Entry point: {@link
/// dev.gori.pipelines.Pipelines}.
@NullMarked
package dev.gori.pipelines;

import org.jspecify.annotations.NullMarked;
