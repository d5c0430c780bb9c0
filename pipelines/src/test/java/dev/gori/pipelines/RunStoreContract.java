package dev.gori.pipelines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gori.base.json.Json;
import dev.gori.pipelines.dag.Interval;
import dev.gori.pipelines.dag.RunState;
import dev.gori.pipelines.dag.TaskSnapshot;
import dev.gori.pipelines.dag.TaskState;
import dev.gori.sql.Database;
import dev.gori.sql.DatabaseUrl;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// What the store of runs promises on every database.
abstract class RunStoreContract {

  private static final Instant NOW = Instant.parse("2026-11-23T00:00:00Z");

  abstract DatabaseUrl url() throws Exception;

  @Test
  void givesBackWhatWasWrittenAlsoAfterReopening() throws Exception {
    var run = run("a", 1, Optional.of("p@1"));
    var task =
        new TaskSnapshot(
                TaskState.UP_FOR_RETRY,
                2,
                1,
                1,
                Optional.of(NOW.plusSeconds(5)),
                Optional.of(NOW),
                Optional.empty(),
                Map.of(),
                "no luck")
            .handing(Json.object("rows", 3L, "none", null, "list", List.of(1.5, "x")));
    try (var database = Database.open(url(), "pipelines")) {
      var store = new RunStore(database);
      store.write(new RunStore.PipelineRecord("p", true, NOW, Optional.empty()));
      store.add(
          List.of(run),
          Optional.of(new RunStore.PipelineRecord("p", false, NOW, Optional.of(NOW))));
      store.write(
          new RunStore.Changes(
              run.begun(NOW),
              Map.of("t", task),
              List.of(
                  new AttemptRecord("t", 1, "failed", NOW, Optional.of(NOW), "no luck"),
                  new AttemptRecord("t", 2, "running", NOW, Optional.empty(), "")),
              NOW));
    }
    try (var database = Database.open(url(), "pipelines")) {
      var store = new RunStore(database);
      assertThat(store.pipelines().get("p"))
          .isEqualTo(new RunStore.PipelineRecord("p", false, NOW, Optional.of(NOW)));
      assertThat(store.run("a")).hasValue(run.begun(NOW));
      assertThat(store.open()).containsExactly(run.begun(NOW));
      assertThat(store.byInterval("p@1")).isPresent();
      assertThat(store.tasks("a")).containsExactly(Map.entry("t", task));
      assertThat(store.attempts("a"))
          .extracting(AttemptRecord::state)
          .containsExactly("failed", "running");
      assertThat(store.lastSequence()).isEqualTo(1);
      assertThatThrownBy(
              () -> store.add(List.of(run("b", 2, Optional.of("p@1"))), Optional.empty()))
          .as("one run an interval")
          .isNotNull();
      store.add(
          List.of(run("c", 3, Optional.empty()), run("d", 4, Optional.empty())), Optional.empty());
      assertThat(store.newest(Optional.of("p"), 2))
          .extracting(RunRecord::id)
          .containsExactly("d", "c");
      store.write(
          new RunStore.Changes(
              run.begun(NOW).finished(RunState.SUCCESS, NOW.plusSeconds(9)),
              Map.of("t", task.settled(TaskState.SUCCESS, "")),
              List.of(),
              NOW));
      assertThat(store.lastSuccesses()).containsEntry("p", NOW.plusSeconds(9));
      assertThat(store.taskEnds("a")).containsEntry("t", NOW);
      assertThat(store.forget(NOW.plusSeconds(9), 10)).isZero();
      assertThat(store.forget(NOW.plusSeconds(10), 10)).isEqualTo(1);
      assertThat(store.run("a")).isEmpty();
      assertThat(store.tasks("a")).isEmpty();
      assertThat(store.attempts("a")).isEmpty();
      assertThat(store.forget(NOW.plusSeconds(10), 1)).as("open runs stay").isZero();
      var many = new ArrayList<RunRecord>();
      for (int i = 0; i < 500; i++) {
        many.add(
            run("m" + i, 10 + i, Optional.empty()).finished(RunState.SUCCESS, NOW.plusSeconds(i)));
      }
      store.add(many, Optional.empty());
      assertThat(store.forget(NOW, 20)).isEqualTo(480);
      assertThat(store.newest(Optional.of("p"), 1_000))
          .extracting(RunRecord::id)
          .hasSize(22)
          .startsWith("m499")
          .endsWith("m480", "d", "c");
    }
  }

  private static RunRecord run(String id, long sequence, Optional<String> key) {
    return new RunRecord(
        id,
        sequence,
        "p",
        RunState.QUEUED,
        RunRecord.Cause.SCHEDULE,
        NOW,
        new Interval(NOW, NOW.plusSeconds(60)),
        key,
        "",
        "",
        Json.object("day", null, "limit", 0.5),
        "tasks: {}",
        NOW,
        Optional.empty(),
        Optional.empty(),
        Optional.of(NOW.plusSeconds(99)),
        false,
        false);
  }
}
