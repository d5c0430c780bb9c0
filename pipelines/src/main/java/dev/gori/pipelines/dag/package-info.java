/// Pipelines as data: what a pipeline file says, and what a run must do next.
///
/// Owns: the file format with its problems ({@link dev.gori.pipelines.dag.PipelineFile}),
/// expressions and templates, schedules, retry delays, Airflow's trigger rules and task states, and
/// the one decision function {@link dev.gori.pipelines.dag.Plan#next}. Does not own: threads,
/// clocks, storage, what a task does; the pipelines role does all of these and asks here. Threads:
/// everything is immutable or a pure function. Doors: {@link dev.gori.pipelines.dag.PipelineFile}
/// for reading, {@link dev.gori.pipelines.dag.Plan} for deciding, {@link
/// dev.gori.pipelines.dag.Attempts} for what an attempt's end means, {@link
/// dev.gori.pipelines.dag.Calendar} for what is due.
@NullMarked
package dev.gori.pipelines.dag;

import org.jspecify.annotations.NullMarked;
