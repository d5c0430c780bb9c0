package dev.gori.pipelines.dag;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The next moves of a run, computed from its snapshot alone.
///
/// @param moves in the order in which the scheduler makes them
/// @param wake when to compute the plan again if nothing happens earlier
public record Plan(List<Move> moves, Optional<Instant> wake) {

  /// One change to a run.
  public sealed interface Move {
    /// The trigger rule allows the task to start; the task waits for a free slot.
    record Ready(String task) implements Move {}

    /// The task's next attempt starts.
    record Start(String task) implements Move {}

    /// The task ends without an attempt.
    record Settle(String task, TaskState state, String why) implements Move {}

    /// The scheduler stops the running attempt, which then ends as {@link Attempts.End.TimedOut} or
    /// `Cancelled`.
    record Stop(String task, Attempts.End as) implements Move {}

    /// The run has missed its deadline. It continues.
    record Late() implements Move {}

    /// The run ends.
    record Finish(RunState state) implements Move {}
  }

  public Plan {
    moves = List.copyOf(moves);
  }

  public static Plan next(RunSnapshot run) {
    return new Decision(run).plan();
  }

  static Instant sensorEnd(SensorPolicy sensor, TaskSnapshot task) {
    return task.attemptStarted().orElse(Instant.MAX.minus(sensor.timeout())).plus(sensor.timeout());
  }

  static TaskSnapshot gaveUp(SensorPolicy sensor, TaskSnapshot task, String why) {
    return task.settled(
        sensor.softFail() ? TaskState.SKIPPED : TaskState.FAILED,
        "gave up after %d s of waiting: %s".formatted(sensor.timeout().toSeconds(), why));
  }

  /// Computes one plan. It visits the tasks in topological order and applies each move to a copy of
  /// the states immediately, so that one pass propagates a skip to every downstream task.
  private static final class Decision {
    private final RunSnapshot run;
    private final Pipeline pipeline;
    private final Map<String, TaskSnapshot> tasks;
    private final List<Move> moves = new ArrayList<>();
    private int slots;
    private @Nullable Instant wake;

    Decision(RunSnapshot run) {
      this.run = run;
      this.pipeline = run.pipeline();
      this.slots = run.slots();
      this.tasks = new LinkedHashMap<>(run.tasks());
    }

    Plan plan() {
      run.lateAt().ifPresent(this::checkDeadline);
      for (var task : pipeline.tasks()) {
        visit(task);
      }
      if (pipeline.tasks().stream().allMatch(task -> at(task).state().isFinal())) {
        end();
      }
      return new Plan(moves, Optional.ofNullable(wake));
    }

    private void checkDeadline(Instant lateAt) {
      if (run.now().isBefore(lateAt)) {
        wakeAt(lateAt);
      } else {
        moves.add(new Move.Late());
      }
    }

    private void visit(TaskSpec task) {
      var at = at(task);
      if (run.cancelling()) {
        cancel(task, at);
        return;
      }
      switch (at.state()) {
        case NONE -> judge(task);
        case SCHEDULED -> start(task);
        case UP_FOR_RETRY -> startWhenDue(task, at);
        case UP_FOR_RESCHEDULE -> lookAgain(task, at);
        case QUEUED, RUNNING -> watchTimeout(task, at);
        case SUCCESS, FAILED, UPSTREAM_FAILED, SKIPPED, CANCELLED -> {}
      }
    }

    private void cancel(TaskSpec task, TaskSnapshot at) {
      if (at.state().isActive()) {
        moves.add(new Move.Stop(task.name(), new Attempts.End.Cancelled("the run was cancelled")));
      } else if (!at.state().isFinal()) {
        settle(task, TaskState.CANCELLED, "the run was cancelled");
      }
    }

    private void judge(TaskSpec task) {
      var upstream =
          task.needs().stream()
              .map(need -> tasks.getOrDefault(need, TaskSnapshot.NEW).state())
              .toList();
      try {
        var scope = RunSnapshot.scope(pipeline, run.facts(), tasks);
        if (Branches.passesBy(pipeline, task, scope)) {
          settle(task, TaskState.SKIPPED, "the branch before it went another way");
          return;
        }
        switch (task.rule().judge(upstream)) {
          case TriggerRule.Verdict.Wait() -> {}
          case TriggerRule.Verdict.Settle(var state, var why) -> settle(task, state, why);
          case TriggerRule.Verdict.Ready() -> {
            if (task.when().isPresent() && !task.when().get().holds(scope)) {
              settle(
                  task, TaskState.SKIPPED, "when: '%s' does not hold".formatted(task.when().get()));
            } else {
              ready(task);
            }
          }
        }
      } catch (IllegalArgumentException e) {
        settle(task, TaskState.FAILED, String.valueOf(e.getMessage()));
      }
    }

    private void ready(TaskSpec task) {
      moves.add(new Move.Ready(task.name()));
      tasks.put(task.name(), at(task).settled(TaskState.SCHEDULED, ""));
      start(task);
    }

    private void start(TaskSpec task) {
      if (slots > 0) {
        slots--;
        moves.add(new Move.Start(task.name()));
        tasks.put(task.name(), at(task).begun(run.now()));
        wakeAt(run.now().plus(task.timeout()));
      }
    }

    private void startWhenDue(TaskSpec task, TaskSnapshot at) {
      var due = at.due().orElse(run.now());
      if (run.now().isBefore(due)) {
        wakeAt(due);
      } else {
        start(task);
      }
    }

    private void lookAgain(TaskSpec task, TaskSnapshot at) {
      var sensor = task.sensor().orElse(SensorPolicy.DEFAULTS);
      var end = sensorEnd(sensor, at);
      var due = at.due().orElse(run.now());
      if (run.now().isBefore(end)) {
        wakeAt(due.isBefore(end) ? due : end);
        startWhenDue(task, at);
      } else {
        var gaveUp = gaveUp(sensor, at, at.why());
        settle(task, gaveUp.state(), gaveUp.why());
      }
    }

    private void watchTimeout(TaskSpec task, TaskSnapshot at) {
      var end = at.activeSince().orElse(run.now()).plus(task.timeout());
      if (run.now().isBefore(end)) {
        wakeAt(end);
      } else {
        moves.add(
            new Move.Stop(
                task.name(),
                new Attempts.End.TimedOut(
                    "timed out after %d s".formatted(task.timeout().toSeconds()))));
      }
    }

    /// Ends the run once all tasks have ended. The run fails if any task failed, even if a later
    /// task with another trigger rule succeeded.
    private void end() {
      if (run.cancelling()) {
        var states = pipeline.onFailure().stream().map(this::at).map(TaskSnapshot::state);
        pipeline.onFailure().ifPresent(task -> cancel(task, at(task)));
        if (states.noneMatch(TaskState::isActive)) {
          moves.add(new Move.Finish(RunState.CANCELLED));
        }
        return;
      }
      boolean failed =
          pipeline.tasks().stream()
              .map(this::at)
              .anyMatch(
                  at ->
                      at.state() == TaskState.FAILED
                          || at.state() == TaskState.UPSTREAM_FAILED
                          || at.state() == TaskState.CANCELLED);
      if (failed
          && pipeline.onFailure().isPresent()
          && !settledOnFailure(pipeline.onFailure().get())) {
        return;
      }
      moves.add(new Move.Finish(failed ? RunState.FAILED : RunState.SUCCESS));
    }

    private boolean settledOnFailure(TaskSpec task) {
      visit(task);
      return at(task).state().isFinal();
    }

    private void settle(TaskSpec task, TaskState state, String why) {
      moves.add(new Move.Settle(task.name(), state, why));
      tasks.put(task.name(), at(task).settled(state, why));
    }

    private TaskSnapshot at(TaskSpec task) {
      return tasks.getOrDefault(task.name(), TaskSnapshot.NEW);
    }

    private void wakeAt(Instant moment) {
      if (wake == null || moment.isBefore(wake)) {
        wake = moment;
      }
    }
  }
}
