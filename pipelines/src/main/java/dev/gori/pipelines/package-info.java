/// Runs pipelines: on schedule, on a commit, or when asked; one environment's.
///
/// Owns: runs, attempts and outputs (SQL), the loop that makes them go on, task logs, the built-in
/// tasks (`pipelines.tasks`), the REST under `/api/v1/pipelines` and `/api/v1/runs`. Does not own:
/// what a pipeline file means and what a run does next (`engines.dag`). Threads: one owner thread
/// changes runs; everyone else posts to its bounded inbox. Each attempt has a thread of its own, a
/// platform thread because tasks calculate. A task that waits has none. Door: {@link
/// dev.gori.pipelines.Pipelines}.
@NullMarked
package dev.gori.pipelines;

import org.jspecify.annotations.NullMarked;
