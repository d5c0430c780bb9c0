package dev.gori.pipelines;

import dev.gori.base.conf.Problems;
import dev.gori.base.json.Json;
import dev.gori.http.Request;
import dev.gori.http.Response;
import dev.gori.http.Routes;
import dev.gori.kernel.fault.FaultException;
import dev.gori.kernel.time.Time;
import dev.gori.pipelines.dag.PipelineFile;
import dev.gori.pipelines.dag.TaskSnapshot;
import dev.gori.pipelines.tasks.BuiltIn;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.ZoneId;
import java.util.Optional;

/// `/api/v1/runs`: lists and shows runs, serves the logs of tasks, cancels runs and retries tasks.
final class RunRoutes {

  private final RunStore store;
  private final RunService runService;
  private final SerialExecutor owner;
  private final TaskLogs logs;
  private final ZoneId zone;
  private final Time time;

  RunRoutes(
      RunStore store,
      RunService runService,
      SerialExecutor owner,
      TaskLogs logs,
      ZoneId zone,
      Time time) {
    this.store = store;
    this.runService = runService;
    this.owner = owner;
    this.logs = logs;
    this.zone = zone;
    this.time = time;
  }

  void add(Routes routes) {
    routes
        .get("/api/v1/runs", this::list)
        .get("/api/v1/runs/{id}", request -> show(request.param("id")))
        .get("/api/v1/runs/{id}/tasks/{task}/log", this::log)
        .guarded(
            "POST",
            "/api/v1/runs/{id}/cancel",
            request -> {
              owner.ask(() -> runService.cancel(request.param("id")));
              return show(request.param("id"));
            })
        .guarded(
            "POST",
            "/api/v1/runs/{id}/tasks/{task}/retry",
            request -> {
              owner.ask(() -> runService.retry(request.param("id"), request.param("task")));
              return show(request.param("id"));
            });
  }

  private Response list(Request request) {
    int limit = PipelineRoutes.limit(request);
    var runs =
        request
            .query("commit")
            .filter(commit -> !commit.isEmpty())
            .map(commit -> store.ofCommit(commit, limit))
            .orElseGet(() -> store.newest(Optional.empty(), limit));
    return Response.json(
        Json.object("runs", runs.stream().map(run -> RunJson.run(run, time.now())).toList()));
  }

  private RunRecord run(String id) {
    return store
        .run(id)
        .orElseThrow(
            () -> FaultException.notFound("run '%s': there is none of that id".formatted(id)));
  }

  private Response show(String id) {
    var run = run(id);
    var pipeline =
        new PipelineFile(BuiltIn.types(), zone)
            .read(run.pipeline() + ".yaml", run.definition(), new Problems());
    return Response.json(
        pipeline
            .map(
                p ->
                    RunJson.graph(
                        run,
                        p,
                        store.tasks(id),
                        store.taskEnds(id),
                        store.attempts(id),
                        time.now()))
            .orElseGet(() -> RunJson.run(run, time.now())));
  }

  private Response log(Request request) throws IOException {
    var id = run(request.param("id")).id();
    var task = request.param("task");
    int last = store.tasks(id).getOrDefault(task, TaskSnapshot.NEW).attempt();
    int attempt = request.query("attempt").map(RunRoutes::attempt).orElse(last);
    if (attempt < 1 || attempt > last) {
      throw FaultException.notFound(
          "run '%s', task '%s': %s (expected: %s)"
              .formatted(
                  id,
                  task,
                  attempt < 1 ? "no attempt yet" : "no attempt " + attempt,
                  last == 0 ? "a task that has begun" : "1 to " + last));
    }
    if (request.query("follow").orElse("false").equals("true")) {
      return Response.stream(
          "text/plain; charset=utf-8",
          out -> logs.copy(id, task, attempt, () -> isOpen(id, task, attempt), out));
    }
    var whole = new ByteArrayOutputStream();
    logs.copy(id, task, attempt, () -> false, whole);
    return Response.bytes(200, "text/plain; charset=utf-8", whole.toByteArray());
  }

  private boolean isOpen(String run, String task, int attempt) {
    var at = store.tasks(run).getOrDefault(task, TaskSnapshot.NEW);
    return at.attempt() == attempt
        && switch (at.state()) {
          case QUEUED, RUNNING, UP_FOR_RESCHEDULE -> true;
          case NONE,
              SCHEDULED,
              SUCCESS,
              FAILED,
              UPSTREAM_FAILED,
              SKIPPED,
              UP_FOR_RETRY,
              CANCELLED ->
              false;
        };
  }

  private static int attempt(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException _) {
      throw FaultException.badRequest("attempt: '%s' (expected: a number from 1)".formatted(text));
    }
  }
}
