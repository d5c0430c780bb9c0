package dev.gori.clients;

import dev.gori.base.json.Json;
import dev.gori.http.ClientResponse;
import dev.gori.http.HttpCalls;
import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import dev.gori.kernel.life.OpenResources;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Asks the pipelines role, by its own REST under `/api/v1`.
///
/// What may be absent is an `Optional`; everything else that goes wrong is a `FaultException` with
/// the server's message. Nothing is retried. Every call is safe from any thread.
public final class PipelinesClient implements AutoCloseable {

  /// A pipeline as it stands.
  ///
  /// @param nextRun when its next scheduled run is due
  /// @param late whether its last run has missed its deadline
  public record PipelineInfo(
      String name,
      String description,
      boolean paused,
      boolean runOnChange,
      boolean late,
      Optional<String> cron,
      Optional<String> timeZone,
      Optional<Instant> nextRun,
      Optional<RunInfo> lastRun) {}

  /// How the programs of tasks are kept from the rest of the machine.
  ///
  /// @param mode `none` or `namespace`
  /// @param why a sentence for people
  public record IsolationInfo(String mode, String why) {}

  /// One task of a run.
  ///
  /// @param state such as `success`, `running`, `up_for_retry`
  /// @param outputs a JSON object
  public record TaskInfo(
      String name,
      String uses,
      List<String> needs,
      String state,
      String why,
      int attempt,
      Optional<Instant> started,
      Optional<Instant> ended,
      JsonNode outputs) {}

  /// One run.
  ///
  /// @param state `queued`, `running`, `success`, `failed` or `cancelled`
  /// @param trigger `schedule`, `manual`, `change` or `backfill`
  /// @param commit that asked for it when the trigger is `change`, else the one whose definition it
  ///   runs; may be empty
  /// @param tasks in the order of the graph; empty in listings
  public record RunInfo(
      String id,
      String pipeline,
      String state,
      String trigger,
      Instant logicalTime,
      String commit,
      String note,
      boolean late,
      Instant created,
      Optional<Instant> started,
      Optional<Instant> ended,
      List<TaskInfo> tasks) {

    /// Whether nothing more happens to it unless a person retries a task.
    public boolean isOver() {
      return state.equals("success") || state.equals("failed") || state.equals("cancelled");
    }

    public Optional<TaskInfo> task(String name) {
      return tasks.stream().filter(task -> task.name().equals(name)).findFirst();
    }
  }

  /// What a run is started with.
  ///
  /// @param logicalTime nothing for "now"
  /// @param commit the commit that asks for it; empty where a person does
  /// @param key two requests with one key start one run; empty for a new run each time
  public record Trigger(
      Map<String, ?> params,
      Optional<Instant> logicalTime,
      String commit,
      String note,
      String key) {
    public Trigger(
        Map<String, ?> params, Optional<Instant> logicalTime, String commit, String note) {
      this(params, logicalTime, commit, note, "");
    }

    public static Trigger now() {
      return new Trigger(Map.of(), Optional.empty(), "", "");
    }

    public static Trigger at(Instant logicalTime) {
      return new Trigger(Map.of(), Optional.of(logicalTime), "", "");
    }

    /// For a commit that changes the pipeline's file; a repeated request for the same commit gives
    /// the run that it has.
    public static Trigger because(String commit) {
      return new Trigger(Map.of(), Optional.empty(), commit, "", commit);
    }
  }

  private final URI base;
  private final Optional<String> token;
  private final HttpCalls calls;
  private final OpenResources open;

  private PipelinesClient(URI base, Optional<String> token, Duration deadline) {
    this.base = base;
    this.token = token;
    this.calls = HttpCalls.within(deadline);
    this.open = OpenResources.mark("pipelines client " + base);
  }

  /// @param base the address before `/api/v1`, such as `http://localhost:7010`
  /// @param token the environment's; needed by the calls that change something
  public static PipelinesClient open(URI base, Optional<String> token, Duration deadline) {
    return new PipelinesClient(base, token, deadline);
  }

  public List<PipelineInfo> pipelines() {
    return get("/pipelines")
        .path("pipelines")
        .valueStream()
        .map(PipelinesClient::pipeline)
        .toList();
  }

  public IsolationInfo isolation() {
    var isolation = get("/pipelines").path("isolation");
    return new IsolationInfo(
        isolation.path("mode").asString("unknown"), isolation.path("why").asString(""));
  }

  public Optional<PipelineInfo> pipeline(String name) {
    return present("/pipelines/" + part(name)).map(PipelinesClient::pipeline);
  }

  /// Starts a run; it may have to wait for its turn.
  public RunInfo trigger(String pipeline, Trigger trigger) {
    var body = new LinkedHashMap<String, Object>();
    body.put("params", trigger.params());
    trigger.logicalTime().ifPresent(time -> body.put("logical_time", time.toString()));
    if (!trigger.commit().isEmpty()) {
      body.put("commit", trigger.commit());
    }
    if (!trigger.note().isEmpty()) {
      body.put("note", trigger.note());
    }
    if (!trigger.key().isEmpty()) {
      body.put("key", trigger.key());
    }
    return run(post("/pipelines/%s/runs".formatted(part(pipeline)), body));
  }

  /// The runs of a pipeline, newest first, without their tasks.
  public List<RunInfo> runs(String pipeline, int limit) {
    return get("/pipelines/%s/runs?limit=%d".formatted(part(pipeline), limit))
        .path("runs")
        .valueStream()
        .map(PipelinesClient::run)
        .toList();
  }

  /// The runs of all pipelines, newest first, without their tasks.
  public List<RunInfo> runs(int limit) {
    return get("/runs?limit=" + limit)
        .path("runs")
        .valueStream()
        .map(PipelinesClient::run)
        .toList();
  }

  /// The runs that carry a commit, newest first, without their tasks.
  public List<RunInfo> runsOf(String commit, int limit) {
    return get("/runs?commit=%s&limit=%d".formatted(part(commit), limit))
        .path("runs")
        .valueStream()
        .map(PipelinesClient::run)
        .toList();
  }

  /// A run with its tasks.
  public Optional<RunInfo> run(String id) {
    return present("/runs/" + part(id)).map(PipelinesClient::run);
  }

  /// The log of a task's attempt.
  ///
  /// @param attempt nothing for the last one
  public String log(String run, String task, Optional<Integer> attempt) {
    var path =
        "/runs/%s/tasks/%s/log%s"
            .formatted(part(run), part(task), attempt.map(n -> "?attempt=" + n).orElse(""));
    return ok(calls.get(uri(path), headers())).text();
  }

  public RunInfo cancel(String run) {
    return run(post("/runs/%s/cancel".formatted(part(run)), Map.of()));
  }

  /// Runs a task again, and all that come after it.
  public RunInfo retry(String run, String task) {
    return run(post("/runs/%s/tasks/%s/retry".formatted(part(run), part(task)), Map.of()));
  }

  /// Starts a run for each interval of the schedule whose start lies in the range, both ends
  /// included.
  public List<RunInfo> backfill(String pipeline, Instant from, Instant to) {
    var body = Map.of("from", from.toString(), "to", to.toString());
    return post("/pipelines/%s/backfill".formatted(part(pipeline)), body)
        .path("runs")
        .valueStream()
        .map(PipelinesClient::run)
        .toList();
  }

  public PipelineInfo pause(String pipeline, boolean paused) {
    return pipeline(
        post("/pipelines/%s/%s".formatted(part(pipeline), paused ? "pause" : "unpause"), Map.of()));
  }

  private Map<String, String> headers() {
    return token.map(HttpCalls::bearer).orElse(Map.of());
  }

  private JsonNode get(String path) {
    return ok(calls.get(uri(path), headers())).json(uri(path));
  }

  private Optional<JsonNode> present(String path) {
    var answer = calls.get(uri(path), headers());
    return answer.status() == 404 ? Optional.empty() : Optional.of(ok(answer).json(uri(path)));
  }

  private JsonNode post(String path, Map<String, ?> body) {
    return ok(calls.post(uri(path), "application/json", Json.write(body), headers()))
        .json(uri(path));
  }

  private URI uri(String path) {
    return URI.create(base.toString().replaceAll("/+$", "") + "/api/v1" + path);
  }

  private static String part(String name) {
    return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private ClientResponse ok(ClientResponse answer) {
    if (answer.isOk()) {
      return answer;
    }
    var fault =
        switch (answer.status()) {
          case 400 -> Fault.BAD_REQUEST;
          case 401 -> Fault.UNAUTHENTICATED;
          case 403 -> Fault.FORBIDDEN;
          case 404 -> Fault.NOT_FOUND;
          case 409 -> Fault.CONFLICT;
          case 422 -> Fault.UNPROCESSABLE;
          case 429 -> Fault.TOO_BUSY;
          case 504 -> Fault.TIMED_OUT;
          default -> Fault.BACKEND_DOWN;
        };
    throw new FaultException(
        fault, "pipelines at %s: status %d: %s".formatted(base, answer.status(), message(answer)));
  }

  private static String message(ClientResponse answer) {
    try {
      return Json.parse(answer.body()).path("error").path("message").asString(answer.excerpt());
    } catch (FaultException _) {
      return answer.excerpt();
    }
  }

  private static PipelineInfo pipeline(JsonNode node) {
    return new PipelineInfo(
        node.path("name").asString(""),
        node.path("description").asString(""),
        node.path("paused").asBoolean(false),
        node.path("run_on_change").asBoolean(false),
        node.path("late").asBoolean(false),
        text(node.path("schedule").path("cron")),
        text(node.path("schedule").path("time_zone")),
        timestamp(node.path("next_run")),
        node.path("last_run").isObject()
            ? Optional.of(run(node.path("last_run")))
            : Optional.empty());
  }

  private static RunInfo run(JsonNode node) {
    return new RunInfo(
        node.path("id").asString(""),
        node.path("pipeline").asString(""),
        node.path("state").asString(""),
        node.path("trigger").asString(""),
        timestamp(node.path("logical_time")).orElse(Instant.EPOCH),
        node.path("commit").asString(""),
        node.path("note").asString(""),
        node.path("late").asBoolean(false),
        timestamp(node.path("created")).orElse(Instant.EPOCH),
        timestamp(node.path("started")),
        timestamp(node.path("ended")),
        node.path("tasks").valueStream().map(PipelinesClient::task).toList());
  }

  private static TaskInfo task(JsonNode node) {
    return new TaskInfo(
        node.path("name").asString(""),
        node.path("uses").asString(""),
        node.path("needs").valueStream().map(need -> need.asString("")).toList(),
        node.path("state").asString(""),
        node.path("why").asString(""),
        node.path("attempt").asInt(0),
        timestamp(node.path("started")),
        timestamp(node.path("ended")),
        node.path("outputs"));
  }

  private static Optional<String> text(JsonNode node) {
    @Nullable String text = node.isString() ? node.asString() : null;
    return Optional.ofNullable(text);
  }

  private static Optional<Instant> timestamp(JsonNode node) {
    return text(node).map(Instant::parse);
  }

  @Override
  public void close() {
    calls.close();
    open.closed();
  }
}
