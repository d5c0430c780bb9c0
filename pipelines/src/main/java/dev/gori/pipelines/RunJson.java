package dev.gori.pipelines;

import dev.gori.base.json.Json;
import dev.gori.kernel.gotext.PrometheusDuration;
import dev.gori.pipelines.dag.Calendar;
import dev.gori.pipelines.dag.Pipeline;
import dev.gori.pipelines.dag.RunState;
import dev.gori.pipelines.dag.TaskSnapshot;
import dev.gori.pipelines.dag.TaskSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The JSON form of pipelines and runs in the REST API. Times are RFC 3339 in UTC.
final class RunJson {

  private RunJson() {}

  static Map<String, @Nullable Object> pipeline(
      Definition definition, RunStore.PipelineRecord record, List<RunRecord> newest, Instant now) {
    var pipeline = definition.pipeline();
    var next = record.paused() ? Optional.<Instant>empty() : Calendar.next(pipeline, now);
    return Json.object(
        "name", pipeline.name(),
        "description", pipeline.description(),
        "file", definition.file(),
        "paused", record.paused(),
        "schedule",
            pipeline
                .schedule()
                .map(s -> Json.object("cron", s.cron(), "time_zone", s.zone().getId()))
                .orElse(null),
        "next_run", text(next),
        "catchup", pipeline.catchup(),
        "max_active_runs", pipeline.maxActiveRuns(),
        "deadline", pipeline.deadline().map(PrometheusDuration::format).orElse(null),
        "run_on_change", pipeline.runOnChange(),
        "late",
            newest.stream()
                .findFirst()
                .map(run -> run.late() && run.state() != RunState.SUCCESS)
                .orElse(false),
        "params", pipeline.params(),
        "tasks", pipeline.tasks().stream().map(RunJson::spec).toList(),
        "last_run", newest.stream().findFirst().map(run -> run(run, now)).orElse(null));
  }

  private static Map<String, @Nullable Object> spec(TaskSpec spec) {
    return Json.object(
        "name", spec.name(),
        "uses", spec.uses(),
        "needs", spec.needs(),
        "trigger_rule", spec.rule().text(),
        "when", spec.when().map(Object::toString).orElse(null),
        "branch", spec.branch().isEmpty() ? null : List.copyOf(spec.branch().keySet()),
        "retries", spec.retry().retries(),
        "timeout", PrometheusDuration.format(spec.timeout()));
  }

  static Map<String, @Nullable Object> run(RunRecord run, Instant now) {
    return Json.object(
        "id", run.id(),
        "pipeline", run.pipeline(),
        "state", run.state().text(),
        "trigger", run.cause().name().toLowerCase(Locale.ROOT),
        "logical_time", run.logicalTime().toString(),
        "data_interval",
            Json.object(
                "start", run.interval().start().toString(), "end", run.interval().end().toString()),
        "commit", run.commit(),
        "note", run.note(),
        "params", run.params(),
        "late", run.late(),
        "cancelling", run.cancelling(),
        "created", run.created().toString(),
        "started", text(run.started()),
        "ended", text(run.ended()),
        "duration_seconds",
            run.started().map(started -> seconds(started, run.ended().orElse(now))).orElse(null));
  }

  /// A run with its tasks and their attempts.
  ///
  /// @param ends when each finished task ended
  static Map<String, @Nullable Object> graph(
      RunRecord run,
      Pipeline pipeline,
      Map<String, TaskSnapshot> tasks,
      Map<String, Instant> ends,
      List<AttemptRecord> attempts,
      Instant now) {
    var all = run(run, now);
    var shown = new ArrayList<Map<String, @Nullable Object>>();
    Stream.concat(pipeline.tasks().stream(), pipeline.onFailure().stream())
        .forEach(
            spec ->
                shown.add(
                    task(
                        spec,
                        tasks.getOrDefault(spec.name(), TaskSnapshot.NEW),
                        Optional.ofNullable(ends.get(spec.name())),
                        attempts.stream()
                            .filter(attempt -> attempt.task().equals(spec.name()))
                            .toList(),
                        now)));
    all.put("tasks", shown);
    return all;
  }

  private static Map<String, @Nullable Object> task(
      TaskSpec spec,
      TaskSnapshot at,
      Optional<Instant> ended,
      List<AttemptRecord> attempts,
      Instant now) {
    var started = attempts.stream().map(AttemptRecord::started).findFirst();
    return Json.object(
        "name", spec.name(),
        "uses", spec.uses(),
        "needs", spec.needs(),
        "trigger_rule", spec.rule().text(),
        "state", at.state().text(),
        "why", at.why(),
        "attempt", at.attempt(),
        "failures", at.failures(),
        "lost", at.lost(),
        "due", text(at.due()),
        "started", text(started),
        "ended", text(ended),
        "duration_seconds", started.map(from -> seconds(from, ended.orElse(now))).orElse(null),
        "outputs", at.outputs(),
        "attempts", attempts.stream().map(attempt -> attempt(attempt, now)).toList());
  }

  private static Map<String, @Nullable Object> attempt(AttemptRecord attempt, Instant now) {
    return Json.object(
        "number", attempt.number(),
        "state", attempt.state(),
        "started", attempt.started().toString(),
        "ended", text(attempt.ended()),
        "duration_seconds", seconds(attempt.started(), attempt.ended().orElse(now)),
        "why", attempt.why());
  }

  private static @Nullable String text(Optional<Instant> moment) {
    return moment.map(Instant::toString).orElse(null);
  }

  private static double seconds(Instant from, Instant to) {
    return Duration.between(from, to).toMillis() / 1000.0;
  }
}
