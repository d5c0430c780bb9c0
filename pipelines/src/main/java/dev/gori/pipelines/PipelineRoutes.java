package dev.gori.pipelines;

import dev.gori.base.json.Json;
import dev.gori.http.Request;
import dev.gori.http.Response;
import dev.gori.http.Routes;
import dev.gori.kernel.fault.FaultException;
import dev.gori.kernel.time.Time;
import dev.gori.pipelines.tasks.PlainOutputs;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// `/api/v1/pipelines`: lists pipelines, triggers and backfills runs, pauses and unpauses.
final class PipelineRoutes {

  private static final int MOST = 1_000;

  private final RunStore store;
  private final RunService runService;
  private final SerialExecutor owner;
  private final TaskIsolation isolation;
  private final Time time;

  PipelineRoutes(
      RunStore store,
      RunService runService,
      SerialExecutor owner,
      TaskIsolation isolation,
      Time time) {
    this.store = store;
    this.runService = runService;
    this.owner = owner;
    this.isolation = isolation;
    this.time = time;
  }

  void add(Routes routes) {
    routes
        .get(
            "/api/v1/pipelines",
            _ ->
                Response.json(
                    Json.object(
                        "pipelines",
                        new TreeSet<>(runService.definitions().keySet())
                            .stream().map(this::show).toList(),
                        "isolation",
                        Json.object("mode", isolation.mode().text(), "why", isolation.why()))))
        .get("/api/v1/pipelines/{name}", request -> Response.json(show(request.param("name"))))
        .get("/api/v1/pipelines/{name}/runs", this::runs)
        .guarded("POST", "/api/v1/pipelines/{name}/runs", this::trigger)
        .guarded("POST", "/api/v1/pipelines/{name}/backfill", this::backfill)
        .guarded(
            "POST", "/api/v1/pipelines/{name}/pause", request -> pause(request.param("name"), true))
        .guarded(
            "POST",
            "/api/v1/pipelines/{name}/unpause",
            request -> pause(request.param("name"), false));
  }

  private Map<String, @Nullable Object> show(String name) {
    var definition = runService.definition(name);
    var record = owner.ask(() -> runService.record(name));
    return RunJson.pipeline(definition, record, store.newest(Optional.of(name), 1), time.now());
  }

  private Response runs(Request request) {
    var name = runService.definition(request.param("name")).pipeline().name();
    var runs = store.newest(Optional.of(name), limit(request));
    return Response.json(
        Json.object("runs", runs.stream().map(run -> RunJson.run(run, time.now())).toList()));
  }

  static int limit(Request request) {
    var text = request.query("limit").orElse("50");
    try {
      int limit = Integer.parseInt(text);
      if (limit >= 1 && limit <= MOST) {
        return limit;
      }
    } catch (NumberFormatException _) {
      // reported below
    }
    throw FaultException.badRequest("limit: '%s' (expected: 1 to %d)".formatted(text, MOST));
  }

  private Response trigger(Request request) {
    var body = body(request, Set.of("params", "logical_time", "commit", "note", "key"));
    var params =
        switch (body.get("params")) {
          case null -> Map.<String, @Nullable Object>of();
          case Map<?, ?> _ -> PlainOutputs.object(request.json().path("params"));
          case Object other ->
              throw FaultException.badRequest("params: %s (expected: an object)".formatted(other));
        };
    var order =
        new RunService.Order(
            params,
            moment(body, "logical_time"),
            text(body, "commit").orElse(""),
            text(body, "note").orElse(""),
            text(body, "key"));
    var ordered = owner.ask(() -> runService.trigger(request.param("name"), order));
    return Response.json(ordered.existed() ? 200 : 201, RunJson.run(ordered.run(), time.now()));
  }

  private Response backfill(Request request) {
    var body = body(request, Set.of("from", "to"));
    var from = moment(body, "from").orElseThrow(() -> missing("from"));
    var to = moment(body, "to").orElseThrow(() -> missing("to"));
    List<RunRecord> runs = owner.ask(() -> runService.backfill(request.param("name"), from, to));
    return Response.json(
        201, Json.object("runs", runs.stream().map(run -> RunJson.run(run, time.now())).toList()));
  }

  private static FaultException missing(String key) {
    return FaultException.badRequest(
        "%s: nothing (expected: a time such as 2026-11-23T02:00:00+09:00)".formatted(key));
  }

  private Response pause(String name, boolean paused) {
    owner.ask(() -> runService.pause(name, paused));
    return Response.json(show(name));
  }

  private static Map<String, @Nullable Object> body(Request request, Set<String> known) {
    if (request.body().length == 0) {
      return Map.of();
    }
    var body = PlainOutputs.object(request.json());
    var unknown = new HashSet<>(body.keySet());
    unknown.removeAll(known);
    if (!unknown.isEmpty()) {
      throw FaultException.badRequest(
          "unknown key '%s' (expected: %s)"
              .formatted(unknown.iterator().next(), String.join(", ", new TreeSet<>(known))));
    }
    return body;
  }

  private static Optional<String> text(Map<String, @Nullable Object> body, String key) {
    return switch (body.get(key)) {
      case null -> Optional.empty();
      case String text -> Optional.of(text).filter(some -> !some.isEmpty());
      case Object other ->
          throw FaultException.badRequest("%s: %s (expected: a text)".formatted(key, other));
    };
  }

  private static Optional<Instant> moment(Map<String, @Nullable Object> body, String key) {
    return text(body, key)
        .map(
            text -> {
              try {
                return OffsetDateTime.parse(text).toInstant();
              } catch (DateTimeException _) {
                throw FaultException.badRequest(
                    "%s: '%s' (expected: a time with its offset, such as 2026-11-23T02:00:00+09:00)"
                        .formatted(key, text));
              }
            });
  }
}
