package dev.gori.pipelines;

import dev.gori.base.conf.Problems;
import dev.gori.base.observe.LogText;
import dev.gori.kernel.time.Time;
import dev.gori.pipelines.dag.Attempts;
import dev.gori.pipelines.dag.Attempts.End;
import dev.gori.pipelines.dag.PipelineFile;
import dev.gori.pipelines.dag.Plan;
import dev.gori.pipelines.dag.RunState;
import dev.gori.pipelines.dag.TaskSnapshot;
import dev.gori.pipelines.dag.TaskState;
import dev.gori.pipelines.tasks.BuiltIn;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/// Advances open runs: asks {@link Plan} for the next moves, commits them to the database, then
/// carries them out. All methods run on the serial executor's thread.
final class Scheduler {

  /*
   * A step
   * ------
   * The scheduler applies the plan's moves to copies, commits them in one transaction, updates the
   * in-memory run, and only then acts on them. A kill between commit and action leaves a task that
   * the database records as running and that does not run: the next start records its attempt as
   * lost and starts another. A failed write changes nothing: the scheduler repeats the step after
   * AFTER_FAILURE.
   *
   * The end of an attempt
   * ---------------------
   * takes effect once it is written. If the write fails, the end stays in `unwritten` and the next
   * call of reconcile() writes it again; until then the task counts as running.
   */

  private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);

  /// @param attempt null for an attempt that could not be started
  private record Ended(
      String run, String task, int number, Instant started, End end, @Nullable Attempt attempt) {
    String key() {
      return run + " " + task;
    }
  }

  private final RunStore store;
  private final Attempting attempting;
  private final PipelineMetrics metrics;
  private final String environment;
  private final ZoneId zone;
  private final Time time;
  private final Logger log;
  private final int tasksAtOnce;
  private final Map<String, LiveRun> live = new LinkedHashMap<>();
  private final Map<String, Attempt> running = new HashMap<>();
  private final List<Ended> unwritten = new ArrayList<>();
  private boolean newRoom;

  Scheduler(
      RunStore store,
      Attempting attempting,
      PipelineMetrics metrics,
      String environment,
      ZoneId zone,
      Time time,
      Logger log,
      int tasksAtOnce) {
    this.store = store;
    this.attempting = attempting;
    this.metrics = metrics;
    this.environment = environment;
    this.zone = zone;
    this.time = time;
    this.log = log;
    this.tasksAtOnce = tasksAtOnce;
  }

  /// Loads the runs that a previous process left open. Finished tasks stay finished; attempts that
  /// were running are lost.
  void recover() {
    for (var record : store.open()) {
      try {
        hold(record, store.tasks(record.id()));
      } catch (IllegalStateException e) {
        log.error(
            "run given up pipeline={} run={}: {}", record.pipeline(), record.id(), e.getMessage());
        store.write(
            new RunStore.Changes(
                record.finished(RunState.FAILED, time.now()), Map.of(), List.of(), time.now()));
      }
    }
    for (var run : List.copyOf(live.values())) {
      var lost = new LinkedHashMap<String, TaskSnapshot>();
      var attempts = new ArrayList<AttemptRecord>();
      run.tasks()
          .forEach(
              (name, task) -> {
                if (task.state().isActive()) {
                  attempting.endLeftover(run.record().id(), name);
                  var spec = run.pipeline().task(name).orElseThrow();
                  var end = new End.Lost("the program stopped while it ran");
                  lost.put(name, Attempts.after(spec, task, end, time.now(), run.seed(name)));
                  attempts.add(attempt(name, task, Optional.of(end), time.now()));
                  log.warn(
                      "task lost pipeline={} run={} task={} attempt={}",
                      run.record().pipeline(),
                      run.record().id(),
                      name,
                      task.attempt());
                }
              });
      if (!lost.isEmpty()) {
        write(run, new RunStore.Changes(run.record(), lost, attempts, time.now()));
      }
    }
  }

  Optional<LiveRun> find(String id) {
    return Optional.ofNullable(live.get(id));
  }

  long open(String pipeline, boolean lateOnly) {
    return live.values().stream()
        .map(LiveRun::record)
        .filter(run -> run.pipeline().equals(pipeline) && (!lateOnly || run.late()))
        .count();
  }

  long started(String pipeline) {
    return live.values().stream()
        .map(LiveRun::record)
        .filter(run -> run.pipeline().equals(pipeline) && run.state() == RunState.RUNNING)
        .count();
  }

  /// Adds a run from the database to the open runs.
  ///
  /// @throws IllegalStateException when the stored definition is no longer valid
  LiveRun hold(RunRecord record, Map<String, TaskSnapshot> tasks) {
    var problems = new Problems();
    var pipeline =
        new PipelineFile(BuiltIn.types(), zone)
            .read(record.pipeline() + ".yaml", record.definition(), problems);
    if (pipeline.isEmpty()) {
      throw new IllegalStateException(
          "its definition is not understood any more: " + problems.all());
    }
    var run = new LiveRun(record, pipeline.get(), environment, tasks);
    live.put(record.id(), run);
    return run;
  }

  /// Removes a run from the open runs if it is finished.
  void dropIfOver(LiveRun run) {
    if (run.record().state().isFinal()) {
      live.remove(run.record().id());
    }
  }

  /// Commits changes to the database, then applies them to the run.
  void write(LiveRun run, RunStore.Changes changes) {
    store.write(changes);
    run.took(changes);
  }

  /// Records the end of an attempt; the next call of {@link #reconcile} writes it. Ignored for an
  /// attempt whose end was already written.
  void ended(Attempt attempt, End end) {
    if (running.get(key(attempt)) == attempt) {
      unwritten.add(
          new Ended(
              attempt.run(), attempt.task(), attempt.number(), attempt.started(), end, attempt));
    }
  }

  /// Writes the ends of attempts and takes every step of the open runs that is possible now.
  ///
  /// @return when to call this again if nothing else happens
  Optional<Instant> reconcile() {
    newRoom = false;
    Instant wake = writeEnds() ? null : time.now().plus(AFTER_FAILURE);
    for (var run : List.copyOf(live.values())) {
      wake = sooner(wake, step(run));
    }
    if (!unwritten.isEmpty()) {
      wake = sooner(wake, time.now().plus(AFTER_FAILURE));
    }
    metrics.running(running.size());
    return Optional.ofNullable(wake);
  }

  /// Whether a run ended in the last call of {@link #reconcile}, so that a queued run may start.
  boolean hasNewRoom() {
    return newRoom;
  }

  private boolean writeEnds() {
    for (var ended : List.copyOf(unwritten)) {
      try {
        write(ended);
        unwritten.remove(ended);
      } catch (RuntimeException e) {
        log.error(
            "end of task not written, tried again run={} task={}", ended.run(), ended.task(), e);
        return false;
      }
    }
    return true;
  }

  private void write(Ended ended) {
    var run = live.get(ended.run());
    if (run != null && run.task(ended.task()).state().isActive()) {
      var before = run.task(ended.task());
      var spec = run.pipeline().task(ended.task()).orElseThrow();
      var after = Attempts.after(spec, before, ended.end(), time.now(), run.seed(ended.task()));
      write(
          run,
          new RunStore.Changes(
              run.record(),
              Map.of(ended.task(), after),
              List.of(attempt(ended.task(), before, Optional.of(ended.end()), time.now())),
              time.now()));
      tell(run, ended, after);
    }
    if (ended.attempt() != null) {
      running.remove(ended.key(), ended.attempt());
    }
  }

  private void tell(LiveRun run, Ended ended, TaskSnapshot after) {
    var pipeline = run.record().pipeline();
    var end = ended.end();
    long millis = Duration.between(ended.started(), time.now()).toMillis();
    if (end instanceof End.NotYet && !after.state().isFinal()) {
      return;
    }
    metrics.attemptEnded(pipeline, ended.task(), Attempt.word(end), ended.started(), time.now());
    if (end instanceof End.Succeeded(var outputs)
        && run.pipeline().task(ended.task()).orElseThrow().uses().equals("drift_gate")) {
      metrics.driftVerdict(pipeline, String.valueOf(outputs.get("verdict")));
    }
    var line = "task ended pipeline={} run={} task={} attempt={} end={} state={} ms={} why={}";
    var values =
        new Object[] {
          pipeline,
          run.record().id(),
          ended.task(),
          ended.number(),
          Attempt.word(end),
          after.state().text(),
          millis,
          LogText.quoted(Attempt.why(end))
        };
    if (after.state() == TaskState.FAILED) {
      log.error(line, values);
    } else {
      log.info(line, values);
    }
  }

  private @Nullable Instant step(LiveRun run) {
    try {
      if (run.record().state() == RunState.QUEUED && !run.record().cancelling()) {
        return watchDeadline(run);
      }
      var now = time.now();
      var plan = Plan.next(run.snapshot(Math.max(0, tasksAtOnce - running.size()), now));
      var changes = changes(run, plan, now);
      if (!changes.tasks().isEmpty() || !changes.run().equals(run.record())) {
        write(run, changes);
      }
      plan.moves().forEach(move -> act(run, move, now));
      return plan.wake().orElse(null);
    } catch (RuntimeException e) {
      log.error(
          "run did not go on, tried again pipeline={} run={}",
          run.record().pipeline(),
          run.record().id(),
          e);
      return time.now().plus(AFTER_FAILURE);
    }
  }

  /// Marks a queued run as late when its deadline passes.
  private @Nullable Instant watchDeadline(LiveRun run) {
    var lateAt = run.record().lateAt();
    if (run.record().late() || lateAt.isEmpty() || time.now().isBefore(lateAt.get())) {
      return run.record().late() ? null : lateAt.orElse(null);
    }
    write(run, new RunStore.Changes(run.record().nowLate(), Map.of(), List.of(), time.now()));
    act(run, new Plan.Move.Late(), time.now());
    return null;
  }

  private static RunStore.Changes changes(LiveRun run, Plan plan, Instant now) {
    var record = run.record();
    var tasks = new LinkedHashMap<String, TaskSnapshot>();
    var attempts = new ArrayList<AttemptRecord>();
    for (var move : plan.moves()) {
      switch (move) {
        case Plan.Move.Ready(var task) ->
            tasks.put(task, at(run, tasks, task).settled(TaskState.SCHEDULED, ""));
        case Plan.Move.Start(var task) -> {
          var begun = at(run, tasks, task).begun(now);
          tasks.put(task, begun);
          attempts.add(attempt(task, begun, Optional.empty(), now));
        }
        case Plan.Move.Settle(var task, var state, var why) ->
            tasks.put(task, at(run, tasks, task).settled(state, why));
        case Plan.Move.Stop _ -> {}
        case Plan.Move.Late() -> record = record.nowLate();
        case Plan.Move.Finish(var state) -> record = record.finished(state, now);
      }
    }
    return new RunStore.Changes(record, tasks, attempts, now);
  }

  private static TaskSnapshot at(LiveRun run, Map<String, TaskSnapshot> changed, String task) {
    return changed.getOrDefault(task, run.task(task));
  }

  private static AttemptRecord attempt(
      String task, TaskSnapshot at, Optional<End> end, Instant now) {
    var started = at.attemptStarted().orElse(Instant.EPOCH);
    return new AttemptRecord(
        task,
        at.attempt(),
        end.map(Attempt::word).orElse("running"),
        started,
        end.map(_ -> now),
        end.map(Attempt::why).orElse(""));
  }

  private void act(LiveRun run, Plan.Move move, Instant now) {
    var id = run.record().id();
    switch (move) {
      case Plan.Move.Ready _ -> {}
      case Plan.Move.Start(var task) -> start(run, task, now);
      case Plan.Move.Settle(var task, var state, var why) ->
          log.info(
              "task settled pipeline={} run={} task={} state={} why={}",
              run.record().pipeline(),
              id,
              task,
              state.text(),
              LogText.quoted(why));
      case Plan.Move.Stop(var task, var as) -> stop(running.get(id + " " + task), as);
      case Plan.Move.Late() ->
          log.warn(
              "run late pipeline={} run={} deadline={}",
              run.record().pipeline(),
              id,
              run.record().lateAt().orElse(now));
      case Plan.Move.Finish(var state) -> finish(run, state, now);
    }
  }

  /// Starts an attempt. If that fails, the attempt has ended: the next call of {@link #reconcile}
  /// writes its end.
  private void start(LiveRun run, String task, Instant now) {
    var id = run.record().id();
    try {
      running.put(id + " " + task, attempting.start(run, task, now));
    } catch (RuntimeException e) {
      var end = new End.Failed("could not be started: " + e.getMessage(), true);
      unwritten.add(new Ended(id, task, run.task(task).attempt(), now, end, null));
      log.error(
          "task not started pipeline={} run={} task={}", run.record().pipeline(), id, task, e);
    }
  }

  private void stop(@Nullable Attempt attempt, End as) {
    if (attempt != null && !attempt.isStopping()) {
      attempting.stop(attempt, as);
    }
  }

  private void finish(LiveRun run, RunState state, Instant now) {
    live.remove(run.record().id());
    newRoom = true;
    metrics.runEnded(run.record(), now);
    var line = "run ended pipeline={} run={} state={} seconds={}";
    var seconds =
        run.record()
            .started()
            .map(started -> Duration.between(started, now).toMillis() / 1000.0)
            .orElse(0.0);
    if (state == RunState.FAILED) {
      log.error(line, run.record().pipeline(), run.record().id(), state.text(), seconds);
    } else {
      log.info(line, run.record().pipeline(), run.record().id(), state.text(), seconds);
    }
  }

  /// Starts queued runs of a pipeline, oldest first, until `atOnce` of its runs are running.
  void begin(String pipeline, int atOnce) {
    long room = atOnce - started(pipeline);
    for (var run : List.copyOf(live.values())) {
      if (room > 0
          && run.record().pipeline().equals(pipeline)
          && run.record().state() == RunState.QUEUED) {
        write(
            run,
            new RunStore.Changes(run.record().begun(time.now()), Map.of(), List.of(), time.now()));
        log.info(
            "run started pipeline={} run={} cause={} logical_time={}",
            pipeline,
            run.record().id(),
            run.record().cause(),
            run.record().logicalTime());
        room--;
      }
    }
  }

  /// The names of the pipelines that have open runs.
  List<String> pipelines() {
    return live.values().stream().map(run -> run.record().pipeline()).distinct().toList();
  }

  int atOnce(String pipeline) {
    return live.values().stream()
        .filter(run -> run.record().pipeline().equals(pipeline))
        .mapToInt(run -> run.pipeline().maxActiveRuns())
        .max()
        .orElse(1);
  }

  /// Stops every attempt because the program stops, and waits for all of them together for at most
  /// one grace period. It writes no ends: the next start records these attempts as lost.
  void abandonAttempts() {
    running.values().forEach(attempt -> attempt.stop(new End.Lost("the program stopped")));
    long end = System.nanoTime() + attempting.grace().toNanos();
    for (var attempt : running.values()) {
      try {
        attempt.join(Math.max(1, (end - System.nanoTime()) / 1_000_000));
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private static String key(Attempt attempt) {
    return attempt.run() + " " + attempt.task();
  }

  private static @Nullable Instant sooner(@Nullable Instant a, @Nullable Instant b) {
    return a == null ? b : b == null || a.isBefore(b) ? a : b;
  }
}
