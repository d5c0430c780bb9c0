package dev.gori.pipelines;

import dev.gori.base.observe.SelfMetrics;
import dev.gori.pipelines.dag.RunState;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import java.time.Duration;
import java.time.Instant;

/// The metrics of the pipelines role.
final class PipelineMetrics {

  private static final double[] SECONDS = {
    0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800, 3600
  };

  private final Counter runs;
  private final Counter attempts;
  private final Histogram runSeconds;
  private final Histogram attemptSeconds;
  private final Gauge lastSuccess;
  private final Gauge late;
  private final Gauge open;
  private final Gauge running;
  private final Counter verdicts;

  PipelineMetrics(SelfMetrics metrics) {
    var registry = metrics.registry();
    this.runs =
        Counter.builder()
            .name("gori_pipeline_runs_total")
            .help("Runs that ended, by how.")
            .labelNames("pipeline", "state")
            .register(registry);
    this.attempts =
        Counter.builder()
            .name("gori_task_attempts_total")
            .help("Attempts of tasks that ended, by how.")
            .labelNames("pipeline", "task", "state")
            .register(registry);
    this.runSeconds =
        Histogram.builder()
            .name("gori_pipeline_run_seconds")
            .help("How long runs took.")
            .labelNames("pipeline")
            .classicOnly()
            .classicUpperBounds(SECONDS)
            .register(registry);
    this.attemptSeconds =
        Histogram.builder()
            .name("gori_task_attempt_seconds")
            .help("How long attempts of tasks took.")
            .labelNames("pipeline", "task")
            .classicOnly()
            .classicUpperBounds(SECONDS)
            .register(registry);
    this.lastSuccess =
        Gauge.builder()
            .name("gori_pipeline_last_success_timestamp_seconds")
            .help("When a pipeline last succeeded.")
            .labelNames("pipeline")
            .register(registry);
    this.late =
        Gauge.builder()
            .name("gori_pipeline_late_runs")
            .help("Unfinished runs that have missed their deadline.")
            .labelNames("pipeline")
            .register(registry);
    this.open =
        Gauge.builder()
            .name("gori_pipeline_open_runs")
            .help("Runs that are queued or running.")
            .labelNames("pipeline")
            .register(registry);
    this.running =
        Gauge.builder().name("gori_tasks_running").help("Attempts under way.").register(registry);
    this.verdicts =
        Counter.builder()
            .name("gori_drift_gate_verdicts_total")
            .help("Verdicts of drift gates: same, drifted, unclear or first.")
            .labelNames("pipeline", "verdict")
            .register(registry);
  }

  /// Initializes a pipeline's series to 0, so that a `rate` over them is 0 before the first run
  /// instead of missing.
  void known(String pipeline) {
    for (var state : new RunState[] {RunState.SUCCESS, RunState.FAILED, RunState.CANCELLED}) {
      runs.initLabelValues(pipeline, state.text());
    }
    late.initLabelValues(pipeline);
    open.initLabelValues(pipeline);
  }

  void runEnded(RunRecord run, Instant now) {
    runs.labelValues(run.pipeline(), run.state().text()).inc();
    run.started()
        .ifPresent(
            started -> runSeconds.labelValues(run.pipeline()).observe(seconds(started, now)));
    if (run.state() == RunState.SUCCESS) {
      succeeded(run.pipeline(), now);
    }
  }

  void succeeded(String pipeline, Instant when) {
    lastSuccess.labelValues(pipeline).set(when.toEpochMilli() / 1000.0);
  }

  void attemptEnded(String pipeline, String task, String state, Instant started, Instant now) {
    attempts.labelValues(pipeline, task, state).inc();
    attemptSeconds.labelValues(pipeline, task).observe(seconds(started, now));
  }

  void driftVerdict(String pipeline, String verdict) {
    verdicts.labelValues(pipeline, verdict).inc();
  }

  void standing(String pipeline, long openRuns, long lateRuns) {
    open.labelValues(pipeline).set(openRuns);
    late.labelValues(pipeline).set(lateRuns);
  }

  void running(int attemptsUnderWay) {
    running.set(attemptsUnderWay);
  }

  private static double seconds(Instant from, Instant to) {
    return Duration.between(from, to).toMillis() / 1000.0;
  }
}
