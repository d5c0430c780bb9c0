package dev.gori.pipelines;

import dev.gori.base.observe.LogText;
import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import dev.gori.kernel.time.Time;
import dev.gori.pipelines.RunRecord.Cause;
import dev.gori.pipelines.RunStore.PipelineRecord;
import dev.gori.pipelines.dag.Calendar;
import dev.gori.pipelines.dag.Interval;
import dev.gori.pipelines.dag.Pipeline;
import dev.gori.pipelines.dag.RunContext;
import dev.gori.pipelines.dag.RunState;
import dev.gori.pipelines.dag.Schedule;
import dev.gori.pipelines.dag.TaskSnapshot;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/// Creates runs, and changes them on request. Except where stated, every method runs on the serial
/// executor's thread.
final class RunService {

  /// A request for a run.
  ///
  /// @param key the idempotency key: two requests with the same key return the same run
  record Order(
      Map<String, @Nullable Object> params,
      Optional<Instant> logicalTime,
      String commit,
      String note,
      Optional<String> key) {}

  /// @param existed whether the run existed before the request
  record Ordered(RunRecord run, boolean existed) {}

  private static final int MOST_QUEUED = 1_000;
  private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss");

  private final RunStore store;
  private final Scheduler scheduler;
  private final PipelineMetrics metrics;
  private final Time time;
  private final Logger log;
  private final Map<String, PipelineRecord> known = new HashMap<>();
  private long sequence;
  private volatile Map<String, Definition> definitions = Map.of();
  private volatile String declaredBy = "";

  RunService(RunStore store, Scheduler scheduler, PipelineMetrics metrics, Time time, Logger log) {
    this.store = store;
    this.scheduler = scheduler;
    this.metrics = metrics;
    this.time = time;
    this.log = log;
  }

  void recover() {
    known.putAll(store.pipelines());
    sequence = store.lastSequence();
    store.lastSuccesses().forEach(metrics::succeeded);
    scheduler.recover();
  }

  /// Safe from any thread.
  Map<String, Definition> definitions() {
    return definitions;
  }

  /// Replaces the definitions. Existing runs keep the definition that they were created with.
  void define(Map<String, Definition> newDefinitions, String commit) {
    for (var name : newDefinitions.keySet()) {
      if (!known.containsKey(name)) {
        remember(new PipelineRecord(name, false, time.now(), Optional.empty()));
      }
      metrics.known(name);
    }
    definitions = Map.copyOf(newDefinitions);
    declaredBy = commit;
  }

  /// Safe from any thread.
  void declaredBy(String commit) {
    declaredBy = commit;
  }

  private void remember(PipelineRecord record) {
    store.write(record);
    known.put(record.name(), record);
  }

  PipelineRecord record(String name) {
    return Optional.ofNullable(known.get(name)).orElseThrow(() -> noSuchPipeline(name));
  }

  Definition definition(String name) {
    return Optional.ofNullable(definitions.get(name)).orElseThrow(() -> noSuchPipeline(name));
  }

  private FaultException noSuchPipeline(String name) {
    return FaultException.notFound(
        "pipeline '%s' (expected: one of %s)"
            .formatted(
                name,
                definitions.isEmpty()
                    ? "none, there is no pipeline file"
                    : String.join(", ", definitions.keySet())));
  }

  /// Creates the scheduled runs that are due and takes every step of the open runs that is possible
  /// now.
  ///
  /// @return when to call this again if nothing else happens
  Optional<Instant> reconcile() {
    Instant wake;
    do {
      wake = null;
      for (var definition : definitions.values()) {
        wake = sooner(wake, schedule(definition).orElse(null));
      }
      for (var name : scheduler.pipelines()) {
        scheduler.begin(
            name,
            Optional.ofNullable(definitions.get(name))
                .map(definition -> definition.pipeline().maxActiveRuns())
                .orElseGet(() -> scheduler.atOnce(name)));
      }
      wake = sooner(wake, scheduler.reconcile().orElse(null));
    } while (scheduler.hasNewRoom());
    for (var name : definitions.keySet()) {
      metrics.standing(name, scheduler.open(name, false), scheduler.open(name, true));
    }
    return Optional.ofNullable(wake);
  }

  private Optional<Instant> schedule(Definition definition) {
    var pipeline = definition.pipeline();
    var record = record(pipeline.name());
    if (record.paused() || pipeline.schedule().isEmpty()) {
      return Optional.empty();
    }
    int room = (int) Math.max(0, pipeline.maxActiveRuns() - scheduler.open(pipeline.name(), false));
    var due =
        Calendar.due(
            pipeline,
            record.since(),
            record.lastScheduled(),
            time.now(),
            pipeline.catchup() ? room : 1);
    if (!due.isEmpty()) {
      var runs = new ArrayList<RunRecord>();
      for (var interval : due) {
        if (store.byInterval(intervalKey(pipeline, interval)).isEmpty()) {
          runs.add(run(definition, interval, Cause.SCHEDULE, nowOrder(interval, pipeline)));
        }
      }
      var further =
          new PipelineRecord(
              record.name(), false, record.since(), Optional.of(due.getLast().start()));
      store.add(runs, Optional.of(further));
      known.put(further.name(), further);
      runs.forEach(this::hold);
    }
    return Calendar.next(pipeline, time.now());
  }

  private static Order nowOrder(Interval interval, Pipeline pipeline) {
    return new Order(
        Map.of(),
        Optional.of(interval.start()),
        "",
        "",
        Optional.of(intervalKey(pipeline, interval)));
  }

  private static String intervalKey(Pipeline pipeline, Interval interval) {
    return "%s@%s".formatted(pipeline.name(), interval.start());
  }

  Ordered trigger(String name, Order order) {
    var definition = definition(name);
    var key = order.key().map(text -> "%s#%s".formatted(name, text));
    var existing = key.flatMap(store::byInterval);
    if (existing.isPresent()) {
      return new Ordered(existing.get(), true);
    }
    checkRoom(name);
    var interval =
        RunContext.interval(definition.pipeline().schedule(), order.logicalTime(), time.now());
    var cause = order.commit().isEmpty() ? Cause.MANUAL : Cause.CHANGE;
    var run =
        run(
            definition,
            interval,
            cause,
            new Order(order.params(), order.logicalTime(), order.commit(), order.note(), key));
    store.add(List.of(run), Optional.empty());
    hold(run);
    return new Ordered(run, false);
  }

  private void checkRoom(String name) {
    if (scheduler.open(name, false) >= MOST_QUEUED) {
      throw new FaultException(
          Fault.TOO_BUSY,
          "pipeline '%s': %d runs are open already; try again later".formatted(name, MOST_QUEUED));
    }
  }

  /// Creates a run for each interval whose start lies in the range. An interval that already has a
  /// run gets no second one.
  ///
  /// @param from inclusive
  /// @param to inclusive
  /// @return the runs that were created
  List<RunRecord> backfill(String name, Instant from, Instant to) {
    var definition = definition(name);
    var pipeline = definition.pipeline();
    var schedule =
        pipeline
            .schedule()
            .orElseThrow(
                () ->
                    new FaultException(
                        Fault.UNPROCESSABLE,
                        "pipeline '%s' has no schedule, so a range has no intervals; trigger it with a logical_time"
                            .formatted(name)));
    var intervals = intervals(schedule, from, to);
    var runs = new ArrayList<RunRecord>();
    for (var interval : intervals) {
      if (store.byInterval(intervalKey(pipeline, interval)).isEmpty()) {
        runs.add(run(definition, interval, Cause.BACKFILL, nowOrder(interval, pipeline)));
      }
    }
    store.add(runs, Optional.empty());
    runs.forEach(this::hold);
    return runs;
  }

  private static List<Interval> intervals(Schedule schedule, Instant from, Instant to) {
    var intervals = schedule.between(from, to, MOST_QUEUED);
    if (to.isBefore(from) || intervals.isEmpty() || intervals.size() > MOST_QUEUED) {
      throw FaultException.badRequest(
          "backfill from %s to %s: %s intervals of '%s' (expected: 1 to %d)"
              .formatted(
                  from,
                  to,
                  intervals.size() > MOST_QUEUED ? "more than " + MOST_QUEUED : intervals.size(),
                  schedule,
                  MOST_QUEUED));
    }
    return intervals;
  }

  private RunRecord run(Definition definition, Interval interval, Cause cause, Order order) {
    var pipeline = definition.pipeline();
    var now = time.now();
    var logical = order.logicalTime().orElse(now);
    var id =
        "%s-%s-%s"
            .formatted(
                pipeline.name(),
                STAMP.format(logical.atZone(pipeline.zone())),
                UUID.randomUUID().toString().substring(0, 6));
    var due = cause == Cause.SCHEDULE ? interval.end() : now;
    return new RunRecord(
        id,
        ++sequence,
        pipeline.name(),
        RunState.QUEUED,
        cause,
        logical,
        interval,
        order.key(),
        order.commit().isEmpty() ? declaredBy : order.commit(),
        order.note(),
        params(pipeline, order.params()),
        definition.text(),
        now,
        Optional.empty(),
        Optional.empty(),
        pipeline.deadline().map(due::plus),
        false,
        false);
  }

  private static Map<String, @Nullable Object> params(
      Pipeline pipeline, Map<String, @Nullable Object> given) {
    var params = new LinkedHashMap<String, @Nullable Object>(pipeline.params());
    given.forEach(
        (name, value) -> {
          if (!params.containsKey(name)) {
            throw FaultException.badRequest(
                "params.%s: pipeline '%s' has no such parameter (expected: %s)"
                    .formatted(
                        name,
                        pipeline.name(),
                        params.isEmpty()
                            ? "none"
                            : "some of " + String.join(", ", params.keySet())));
          }
          params.put(name, value);
        });
    return params;
  }

  private void hold(RunRecord run) {
    scheduler.hold(run, Map.of());
    log.info(
        "run queued pipeline={} run={} cause={} logical_time={} commit={}",
        run.pipeline(),
        run.id(),
        run.cause(),
        run.logicalTime(),
        LogText.value(run.commit()));
  }

  RunRecord cancel(String id) {
    var run =
        scheduler
            .find(id)
            .orElseThrow(
                () ->
                    store
                        .run(id)
                        .map(
                            over ->
                                new FaultException(
                                    Fault.CONFLICT,
                                    "run '%s' is over: %s".formatted(id, over.state().text())))
                        .orElseGet(
                            () ->
                                FaultException.notFound(
                                    "run '%s': there is none of that id".formatted(id))));
    scheduler.write(
        run, new RunStore.Changes(run.record().nowCancelling(), Map.of(), List.of(), time.now()));
    log.info("run cancelled pipeline={} run={}", run.record().pipeline(), id);
    return run.record();
  }

  /// Clears a task and all tasks downstream of it, so that they run again.
  RunRecord retry(String id, String task) {
    var run =
        scheduler
            .find(id)
            .orElseGet(
                () -> {
                  var record =
                      store
                          .run(id)
                          .orElseThrow(
                              () ->
                                  FaultException.notFound(
                                      "run '%s': there is none of that id".formatted(id)));
                  return scheduler.hold(record, store.tasks(id));
                });
    try {
      scheduler.write(run, cleared(run, task));
    } finally {
      scheduler.dropIfOver(run);
    }
    log.info("task retried pipeline={} run={} task={}", run.record().pipeline(), id, task);
    return run.record();
  }

  private RunStore.Changes cleared(LiveRun run, String task) {
    var pipeline = run.pipeline();
    if (pipeline.task(task).isEmpty()) {
      throw FaultException.notFound(
          "task '%s' (expected: one of %s)"
              .formatted(
                  task,
                  String.join(", ", pipeline.tasks().stream().map(spec -> spec.name()).toList())));
    }
    var names = new ArrayList<String>(pipeline.downstream(task));
    names.add(task);
    pipeline.onFailure().ifPresent(spec -> names.add(spec.name()));
    var tasks = new LinkedHashMap<String, TaskSnapshot>();
    for (var name : names) {
      if (run.task(name).state().isActive()
          || name.equals(task) && !run.task(name).state().isFinal()) {
        throw new FaultException(
            Fault.CONFLICT,
            "task '%s' is %s (expected: one that is over, with none after it running); cancel the run first"
                .formatted(name, run.task(name).state().text()));
      }
      tasks.put(name, run.task(name).cleared());
    }
    return new RunStore.Changes(run.record().reopened(), tasks, List.of(), time.now());
  }

  PipelineRecord pause(String name, boolean paused) {
    definition(name);
    var record = record(name);
    if (record.paused() != paused) {
      boolean fresh = !paused && !definition(name).pipeline().catchup();
      remember(
          new PipelineRecord(
              name, paused, fresh ? time.now() : record.since(), record.lastScheduled()));
      log.info("pipeline {} pipeline={}", paused ? "paused" : "unpaused", name);
    }
    return record(name);
  }

  private static @Nullable Instant sooner(@Nullable Instant a, @Nullable Instant b) {
    return a == null ? b : b == null || a.isBefore(b) ? a : b;
  }
}
