package dev.gori.pipelines.dag;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gori.pipelines.dag.Attempts.End;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

/// Random pipelines under random ends, kills, cancels and clock jumps: whatever happens, no task
/// starts before its rule holds, no more run at once than there are slots, retries keep to their
/// number, and every run ends. `-Dseed=` repeats one.
final class SimulationTest {

  private final Map<String, TaskSnapshot> tasks = new HashMap<>();
  private Instant now = Instant.parse("2026-11-23T00:00:00Z");
  private boolean cancelling;
  private Optional<RunState> finished = Optional.empty();

  @RepeatedTest(400)
  void everyRunEndsByTheRules(RepetitionInfo repetition) {
    long seed = Long.getLong("seed", repetition.getCurrentRepetition());
    var random = new Random(seed);
    var pipeline = pipeline(random);
    int slots = 1 + random.nextInt(3);
    for (int step = 0; finished.isEmpty(); step++) {
      assertThat(step).as("seed %d: steps until the end", seed).isLessThan(2_000);
      cancelling |= random.nextInt(150) == 0;
      int free =
          slots - (int) tasks.values().stream().filter(task -> task.state().isActive()).count();
      var plan =
          Plan.next(
              new RunSnapshot(pipeline, Map.of(), tasks, cancelling, Optional.empty(), free, now));
      assertThat(plan.moves().stream().filter(Plan.Move.Start.class::isInstance))
          .as("seed %d", seed)
          .hasSizeLessThanOrEqualTo(free);
      plan.moves().forEach(move -> apply(pipeline, move, seed));
      boolean moved = endSomething(pipeline, random, seed);
      if (!moved && plan.moves().isEmpty()) {
        assertThat(plan.wake())
            .as("seed %d: nothing runs and nothing is due: %s", seed, tasks)
            .isPresent();
      }
      now = random.nextInt(3) > 0 ? plan.wake().orElse(now) : now.plusMillis(random.nextInt(2_000));
    }
    assertThat(tasks.values()).as("seed %d", seed).allMatch(task -> task.state().isFinal());
    boolean bad =
        tasks.entrySet().stream()
            .anyMatch(
                entry ->
                    !entry.getKey().equals(Pipeline.ON_FAILURE)
                        && (entry.getValue().state() == TaskState.FAILED
                            || entry.getValue().state() == TaskState.UPSTREAM_FAILED));
    if (!cancelling) {
      assertThat(finished).as("seed %d", seed).hasValue(bad ? RunState.FAILED : RunState.SUCCESS);
    }
  }

  private void apply(Pipeline pipeline, Plan.Move move, long seed) {
    switch (move) {
      case Plan.Move.Ready(var name) ->
          tasks.compute(name, (_, task) -> orNew(task).settled(TaskState.SCHEDULED, ""));
      case Plan.Move.Start(var name) -> {
        var spec = pipeline.task(name).orElseThrow();
        var upstream = spec.needs().stream().map(need -> orNew(tasks.get(need)).state()).toList();
        assertThat(spec.rule().judge(upstream))
            .as("seed %d: %s starts after %s", seed, spec, upstream)
            .isInstanceOf(TriggerRule.Verdict.Ready.class);
        assertThat(cancelling).as("seed %d: %s starts in a cancelled run", seed, name).isFalse();
        tasks.compute(name, (_, task) -> orNew(task).begun(now));
        assertThat(tasks.get(name).failures())
            .as("seed %d", seed)
            .isLessThanOrEqualTo(spec.retry().retries());
      }
      case Plan.Move.Settle(var name, var state, var why) ->
          tasks.compute(name, (_, task) -> orNew(task).settled(state, why));
      case Plan.Move.Stop(var name, var end) -> {
        assertThat(tasks.get(name).state().isActive()).as("seed %d", seed).isTrue();
        tasks.compute(
            name,
            (_, task) ->
                Attempts.after(pipeline.task(name).orElseThrow(), orNew(task), end, now, seed));
      }
      case Plan.Move.Late() -> {}
      case Plan.Move.Finish(var state) -> finished = Optional.of(state);
    }
  }

  private boolean endSomething(Pipeline pipeline, Random random, long seed) {
    var active =
        new ArrayList<>(
            tasks.keySet().stream()
                .filter(name -> tasks.get(name).state().isActive())
                .sorted()
                .toList());
    if (active.isEmpty() || random.nextInt(4) == 0) {
      return !active.isEmpty();
    }
    var name = active.get(random.nextInt(active.size()));
    var spec = pipeline.task(name).orElseThrow();
    var end =
        switch (random.nextInt(8)) {
          case 0 -> new End.Failed("bad luck", true);
          case 1 -> new End.Failed("no use", false);
          case 2 -> new End.Skipped("nothing to do");
          case 3 -> new End.Lost("killed");
          case 4 ->
              spec.sensor().isPresent()
                  ? new End.NotYet("not there")
                  : new End.TimedOut("too slow");
          default -> new End.Succeeded(Map.of("go", random.nextBoolean()));
        };
    tasks.compute(name, (_, task) -> Attempts.after(spec, orNew(task), end, now, seed));
    return true;
  }

  private static TaskSnapshot orNew(TaskSnapshot task) {
    return task == null ? TaskSnapshot.NEW : task;
  }

  private static Pipeline pipeline(Random random) {
    int size = 1 + random.nextInt(9);
    var specs = new ArrayList<TaskSpec>();
    for (int i = 0; i < size; i++) {
      var needs = new ArrayList<String>();
      for (int j = 0; j < i; j++) {
        if (random.nextInt(3) == 0) {
          needs.add("t" + j);
        }
      }
      specs.add(task(random, "t" + i, needs, branch(random, i, size)));
    }
    var linked =
        specs.stream()
            .map(
                spec ->
                    new TaskSpec(
                        spec.name(),
                        spec.uses(),
                        spec.with(),
                        spec.needs(),
                        spec.when(),
                        spec.rule(),
                        spec.retry(),
                        spec.timeout(),
                        spec.sensor(),
                        onlyNeeding(spec, specs)))
            .toList();
    var onFailure =
        random.nextBoolean()
            ? Optional.of(task(random, Pipeline.ON_FAILURE, List.of(), Map.of()))
            : Optional.<TaskSpec>empty();
    return new Pipeline(
        "p",
        "",
        Optional.empty(),
        ZoneId.of("UTC"),
        false,
        1,
        Optional.empty(),
        onFailure,
        false,
        Map.of(),
        linked);
  }

  private static Map<String, Expression> branch(Random random, int at, int size) {
    return random.nextInt(4) > 0 || at + 2 >= size
        ? Map.of()
        : Map.of(
            "t" + (at + 1),
            Expression.parse("outputs.go"),
            "t" + (at + 2),
            Expression.parse("otherwise"));
  }

  private static Map<String, Expression> onlyNeeding(TaskSpec spec, List<TaskSpec> all) {
    var kept = new HashMap<>(spec.branch());
    kept.keySet()
        .removeIf(
            target ->
                all.stream()
                    .noneMatch(
                        task -> task.name().equals(target) && task.needs().contains(spec.name())));
    return kept;
  }

  private static TaskSpec task(
      Random random, String name, List<String> needs, Map<String, Expression> branch) {
    var rules = TriggerRule.values();
    var rule = random.nextBoolean() ? TriggerRule.ALL_SUCCESS : rules[random.nextInt(rules.length)];
    var sensor =
        random.nextInt(4) == 0
            ? Optional.of(
                new SensorPolicy(
                    Duration.ofSeconds(1), Duration.ofSeconds(10), random.nextBoolean()))
            : Optional.<SensorPolicy>empty();
    var when =
        random.nextInt(6) == 0 && !needs.isEmpty()
            ? Optional.of(
                Expression.parse("tasks.%s.state != 'skipped'".formatted(needs.getFirst())))
            : Optional.<Expression>empty();
    var retry =
        new RetryPolicy(random.nextInt(3), Duration.ofSeconds(1), 2, Duration.ofSeconds(5), 0.3);
    return new TaskSpec(
        name, "noop", Map.of(), needs, when, rule, retry, Duration.ofSeconds(30), sensor, branch);
  }
}
