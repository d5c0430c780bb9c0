package dev.gori.pipelines.dag;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gori.base.conf.Problems;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class PipelineFileTest {

  private static final PipelineFile FILE =
      new PipelineFile(
          Map.of(
              "noop", new TaskType("noop", Set.of("note"), Set.of(), false),
              "process",
                  new TaskType(
                      "process", Set.of("command", "environment"), Set.of("command"), false),
              "object_sensor", new TaskType("object_sensor", Set.of("path"), Set.of("path"), true)),
          ZoneId.of("Asia/Seoul"));

  @Test
  void readsEveryKey() {
    var pipeline =
        read(
                """
                description: the loop
                schedule: {cron: "0 2 * * *", time_zone: Asia/Seoul}
                catchup: true
                max_active_runs: 2
                deadline: 2h
                run_on_change: true
                params: {limit: 0.6, day: null}
                on_failure: {uses: noop, with: {note: "{{ tasks.b.state }}"}}
                tasks:
                  b:
                    uses: process
                    with: {command: [echo, "{{ ds }} {{ tasks.a.outputs.rows }}"]}
                    needs: a
                    when: params.limit > 0.5
                    trigger_rule: none_failed
                    retries: 3
                    retry_delay: {first: 10s, factor: 3, longest: 1m, jitter: 0}
                    timeout: 5m
                    branch: {c: outputs.go == true, d: otherwise}
                  a: {uses: object_sensor, with: {path: x}, sensor: {poke_interval: 1s, timeout: 1m, soft_fail: true}}
                  c: {uses: noop, needs: [b]}
                  d: {uses: noop, needs: [b, c], trigger_rule: all_done}
                """,
                "dev/pipelines/daily.yaml",
                new Problems())
            .orElseThrow();
    assertThat(pipeline.name()).isEqualTo("daily");
    assertThat(pipeline.schedule()).map(Schedule::toString).hasValue("0 2 * * * Asia/Seoul");
    assertThat(pipeline.deadline()).hasValue(Duration.ofHours(2));
    assertThat(pipeline.tasks()).extracting(TaskSpec::name).containsExactly("a", "b", "c", "d");
    assertThat(pipeline.downstream("b")).containsExactlyInAnyOrder("c", "d");
    var b = pipeline.task("b").orElseThrow();
    assertThat(b.retry().after(2, 1)).isEqualTo(Duration.ofSeconds(30));
    assertThat(b.retry().after(9, 1)).isEqualTo(Duration.ofMinutes(1));
    assertThat(b.branch().keySet()).containsExactly("c", "d");
    assertThat(pipeline.task("a").orElseThrow().sensor().orElseThrow().softFail()).isTrue();
  }

  @Test
  void jitterStaysInItsShareAndComesFromTheSeed() {
    var policy = new RetryPolicy(5, Duration.ofSeconds(10), 2, Duration.ofHours(1), 0.2);
    for (long seed = 0; seed < 100; seed++) {
      assertThat(policy.after(1, seed))
          .isBetween(Duration.ofSeconds(8), Duration.ofSeconds(12))
          .isEqualTo(policy.after(1, seed));
    }
    assertThat(policy.after(1, 1)).isNotEqualTo(policy.after(1, 2));
  }

  record Bad(String name, String text, String... problems) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Bad> refuses() {
    return Stream.of(
        new Bad(
            "cycle",
            "tasks:\n  a: {uses: noop, needs: [c]}\n  b: {uses: noop, needs: [a]}\n  c: {uses: noop, needs: [b]}\n",
            "p.yaml:2 tasks.a.needs: a cycle: a needs c needs b needs a (expected: no task that needs itself); leave out one of these"),
        new Bad(
            "itself",
            "tasks:\n  a: {uses: noop, needs: a}\n",
            "p.yaml:2 tasks.a.needs: a cycle: a needs a"),
        new Bad(
            "unknown needs", "tasks:\n  load: {uses: noop}\n  b: {uses: noop, needs: [laod]}\n",
            "p.yaml:3 tasks.b.needs", "unknown key 'laod', did you mean 'load'?"),
        new Bad(
            "unknown uses",
            "tasks:\n  a: {uses: nop}\n",
            "p.yaml:2 tasks.a.uses: unknown task 'nop', did you mean 'noop'?"),
        new Bad(
            "unknown key",
            "tasks:\n  a:\n    uses: noop\n    retires: 2\n",
            "p.yaml:4 tasks.a: unknown key 'retires', did you mean 'retries'?"),
        new Bad(
            "unknown with",
            "tasks:\n  a: {uses: noop, with: {nte: x}}\n",
            "unknown key 'nte', did you mean 'note'?"),
        new Bad(
            "missing with",
            "tasks:\n  a: {uses: process}\n",
            "p.yaml:2 tasks.a.with: task 'process' needs the key 'command' in 'with'"),
        new Bad(
            "cron",
            "schedule: {cron: '0 26 * * *'}\ntasks: {a: {uses: noop}}\n",
            "p.yaml:1 schedule.cron: cron: '0 26 * * *'"),
        new Bad(
            "zone",
            "schedule: {cron: '0 2 * * *', time_zone: Seoul}\ntasks: {a: {uses: noop}}\n",
            "p.yaml:1 schedule.time_zone: 'Seoul' (expected: a time zone such as Asia/Seoul)"),
        new Bad(
            "rule",
            "tasks:\n  a: {uses: noop, trigger_rule: all_sucess}\n",
            "did you mean 'all_success'?"),
        new Bad(
            "template of an unknown task",
            "tasks:\n  a: {uses: noop, with: {note: '{{ tasks.x.outputs.y }}'}}\n",
            "p.yaml:2 tasks.a.with.note: 'tasks.x.outputs.y' refers to task 'x' (expected: one of a)"),
        new Bad(
            "template of a task beside it",
            "tasks:\n  a: {uses: noop, with: {note: '{{ tasks.b.outputs.y }}'}}\n  b: {uses: noop}\n",
            "need not have run by then"),
        new Bad(
            "template of an unknown name",
            "tasks:\n  a: {uses: noop, with: {note: '{{ dss }}'}}\n",
            "unknown key 'dss', did you mean 'ds'?"),
        new Bad(
            "template that does not close",
            "tasks:\n  a: {uses: noop, with: {note: '{{ ds'}}\n",
            "expected: '}}' after '{{'"),
        new Bad(
            "undeclared parameter",
            "params: {day: 1}\ntasks:\n  a: {uses: noop, when: params.dya == 1}\n",
            "unknown key 'dya', did you mean 'day'?"),
        new Bad("condition", "tasks:\n  a: {uses: noop, when: 'ds =='}\n", "column 6: the end"),
        new Bad(
            "branch to a stranger",
            "tasks:\n  a: {uses: noop, branch: {b: otherwise}}\n  b: {uses: noop}\n",
            "p.yaml:2 tasks.a.branch.b: b (expected: a task with 'a' in its 'needs')"),
        new Bad("no tasks", "description: x\n", "tasks: nothing (expected: one task or more)"),
        new Bad(
            "sensor on another task",
            "tasks:\n  a: {uses: noop, sensor: {timeout: 1m}}\n",
            "expected: a task that waits"),
        new Bad(
            "several at once",
            "max_active_runs: 0\nschdule: x\ntasks:\n  a: {uses: nop, timeout: soon}\n",
            "p.yaml:1 max_active_runs",
            "p.yaml:2: unknown key 'schdule', did you mean 'schedule'?",
            "'nop'",
            "'soon'"));
  }

  @ParameterizedTest
  @MethodSource
  void refuses(Bad bad) {
    var problems = new Problems();
    assertThat(read(bad.text, "p.yaml", problems)).isEmpty();
    for (var expected : bad.problems) {
      assertThat(problems.all()).anySatisfy(problem -> assertThat(problem).contains(expected));
    }
  }

  private static Optional<Pipeline> read(String text, String file, Problems problems) {
    var pipeline = FILE.read(file, text, problems);
    if (pipeline.isPresent()) {
      assertThat(problems.all()).isEmpty();
    }
    return pipeline;
  }
}
