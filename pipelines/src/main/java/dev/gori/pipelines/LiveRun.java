package dev.gori.pipelines;

import dev.gori.pipelines.dag.Pipeline;
import dev.gori.pipelines.dag.RunSnapshot;
import dev.gori.pipelines.dag.TaskSnapshot;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The in-memory state of an open run. It always equals what the database holds. Only the
/// scheduler's thread uses it.
final class LiveRun {

  private final Pipeline pipeline;
  private final Map<String, @Nullable Object> facts;
  private final Map<String, TaskSnapshot> tasks;
  private RunRecord record;

  LiveRun(
      RunRecord record, Pipeline pipeline, String environment, Map<String, TaskSnapshot> tasks) {
    this.record = record;
    this.pipeline = pipeline;
    this.facts = record.facts(environment).values(pipeline.zone());
    this.tasks = new HashMap<>(tasks);
  }

  RunRecord record() {
    return record;
  }

  Pipeline pipeline() {
    return pipeline;
  }

  TaskSnapshot task(String name) {
    return tasks.getOrDefault(name, TaskSnapshot.NEW);
  }

  Map<String, TaskSnapshot> tasks() {
    return tasks;
  }

  RunSnapshot snapshot(int slots, Instant now) {
    var lateAt = record.late() ? Optional.<Instant>empty() : record.lateAt();
    return new RunSnapshot(
        pipeline, facts, Map.copyOf(tasks), record.cancelling(), lateAt, slots, now);
  }

  /// Applies changes that the store has committed.
  void took(RunStore.Changes changes) {
    record = changes.run();
    tasks.putAll(changes.tasks());
  }

  /// The seed for the jitter of a task's retries; a restart does not change it.
  long seed(String task) {
    return record.id().hashCode() * 31L + task.hashCode();
  }
}
