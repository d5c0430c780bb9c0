/// The declarations of pipeline files, and the decision what a run does next.
///
/// Owns: the file format and its problems ({@link dev.gori.pipelines.dag.PipelineFile}),
/// expressions and templates, schedules, retry delays, Airflow's trigger rules and task states, and
/// the decision function {@link dev.gori.pipelines.dag.Plan#next}. Does not own: threads, clocks,
/// storage and the work of tasks, which the pipelines role owns. Threads: everything is immutable
/// or a pure function, except the readers of one file. Entry points: {@link
/// dev.gori.pipelines.dag.PipelineFile} reads, {@link dev.gori.pipelines.dag.Plan} decides, {@link
/// dev.gori.pipelines.dag.Attempts} interprets the end of an attempt, {@link
/// dev.gori.pipelines.dag.Calendar} computes which runs are due.
@NullMarked
package dev.gori.pipelines.dag;

import org.jspecify.annotations.NullMarked;
