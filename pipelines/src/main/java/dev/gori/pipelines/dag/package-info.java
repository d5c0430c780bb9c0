/// Pipelines as data: what a pipeline file declares, and what a run does next.
///
/// Owns: the file format with its problems ({@link dev.gori.pipelines.dag.PipelineFile}),
/// expressions and templates, schedules, retry delays, Airflow's trigger rules and task states,
/// and the one decision function {@link dev.gori.pipelines.dag.Plan#next}. Does not own: threads,
/// clocks, storage, what a task does; the pipelines role has these. Threads: everything is
/// immutable or a pure function. Entry points: {@link dev.gori.pipelines.dag.PipelineFile} reads,
/// {@link dev.gori.pipelines.dag.Plan} decides, {@link dev.gori.pipelines.dag.Attempts} interprets
/// the end of an attempt, {@link dev.gori.pipelines.dag.Calendar} computes what is due.
@NullMarked
package dev.gori.pipelines.dag;

import org.jspecify.annotations.NullMarked;
