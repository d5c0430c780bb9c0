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
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicBoolean;
import tools.jackson.databind.JsonNode;

/// Asks delivery: rollouts, changes, the desired state, promotions.
///
/// What goes wrong is a `FaultException` with delivery's message: `BAD_REQUEST`, `UNAUTHENTICATED`,
/// `FORBIDDEN`, `NOT_FOUND`, `CONFLICT` (the version was rolled back before, or the key belongs to
/// another rollout), `BACKEND_DOWN`, `TIMED_OUT`. Nothing is retried. Every call is safe from any
/// thread.
public final class DeliveryClient implements AutoCloseable {

  private static final String JSON = "application/json";

  /// What is wanted.
  ///
  /// @param variant the serving variant, `A`
  /// @param pipelineRun the run of the pipeline that trained it; empty for none, and so for the
  ///   next three
  /// @param runId the training run in the registry
  /// @param commit the commit that caused it
  /// @param key a repeated request with the same key gives the same rollout
  public record Wanted(
      String model,
      int version,
      String variant,
      String pipelineRun,
      String runId,
      String featureVersion,
      String commit,
      String key) {}

  /// One stage: `deploy`, `smoke`, `commit`, `reload`, `observe` or `rollback`.
  ///
  /// @param state `pending`, `running`, `succeeded`, `failed` or `skipped`
  public record Stage(
      String name,
      String state,
      Optional<Instant> started,
      Optional<Instant> ended,
      String detail) {
    public boolean isOver() {
      return !state.equals("pending") && !state.equals("running");
    }
  }

  /// How far a rollout is.
  ///
  /// @param state `planned`, `deploying`, `smoking`, `committing`, `reloading`, `observing`,
  ///   `failing`, `rolling_back`, and the final ones `succeeded`, `failed`, `rolled_back`, `held`
  /// @param cause why it failed, went back or is held; empty otherwise
  /// @param raw the whole answer, with readings and commits
  public record Rollout(
      String id,
      String model,
      int version,
      OptionalInt previous,
      String state,
      boolean holding,
      String cause,
      List<Stage> stages,
      JsonNode raw) {
    public Rollout {
      stages = List.copyOf(stages);
    }

    public boolean isOver() {
      return List.of("succeeded", "failed", "rolled_back", "held").contains(state);
    }

    public Optional<Stage> stage(String name) {
      return stages.stream().filter(stage -> stage.name().equals(name)).findFirst();
    }
  }

  private final URI base;
  private final Map<String, String> headers;
  private final HttpCalls calls;
  private final OpenResources open;
  private final AtomicBoolean closed = new AtomicBoolean();

  private DeliveryClient(URI base, Map<String, String> headers, Duration deadline) {
    this.base = URI.create(base.toString().replaceAll("/+$", ""));
    this.headers = headers;
    this.calls = HttpCalls.within(deadline);
    this.open = OpenResources.mark("delivery client " + base);
  }

  /// @param base such as `http://localhost:7010`
  /// @param token the environment's, for calls that change something
  public static DeliveryClient open(URI base, Optional<String> token, Duration deadline) {
    return new DeliveryClient(base, token.map(HttpCalls::bearer).orElse(Map.of()), deadline);
  }

  public URI base() {
    return base;
  }

  /// Starts a rollout, or gives the one that the key started before.
  public Rollout start(Wanted wanted) {
    var body = new LinkedHashMap<String, Object>();
    body.put("model", wanted.model());
    body.put("version", wanted.version());
    body.put("variant", wanted.variant());
    body.put("pipeline_run", wanted.pipelineRun());
    body.put("run_id", wanted.runId());
    body.put("feature_version", wanted.featureVersion());
    body.put("commit", wanted.commit());
    body.put("key", wanted.key());
    return rollout(post("/rollouts", body));
  }

  public Optional<Rollout> rollout(String id) {
    return present("/rollouts/" + encoded(id)).map(DeliveryClient::rollout);
  }

  /// The newest rollouts first.
  public List<Rollout> rollouts(int most) {
    var rollouts = new ArrayList<Rollout>();
    get("/rollouts?limit=" + most).path("rollouts").forEach(node -> rollouts.add(rollout(node)));
    return rollouts;
  }

  /// Makes a rollout go back.
  public Rollout callOff(String id, String why) {
    return rollout(post("/rollouts/" + encoded(id) + "/rollback", Map.of("why", why)));
  }

  /// The newest changes first, as `GET /api/v1/changes` gives them.
  public JsonNode changes(int most) {
    return get("/changes?limit=" + most).path("changes");
  }

  public Optional<JsonNode> change(String commit) {
    return present("/changes/" + encoded(commit));
  }

  /// What Git declares, whether that is applied, and what is wrong with a refused commit.
  public JsonNode desired() {
    return get("/desired");
  }

  /// @param kind `request`, `version`, `run` or `feature_version`
  public Optional<JsonNode> lineage(String kind, String id) {
    return present("/lineage/" + encoded(kind) + "/" + encoded(id));
  }

  /// Looks at the repository now.
  public JsonNode sync() {
    return post("/sync", Map.of());
  }

  /// Copies one environment's pipeline definitions to this one, as a commit.
  ///
  /// @return `commit` (empty when there was nothing to copy) and the `files` that changed
  public JsonNode promote(String from, String author) {
    return post("/promotions", Map.of("from", from, "author", author));
  }

  /// Copies the pipeline definitions that a run of this environment ran with to another one, as a
  /// commit; once for a run.
  ///
  /// @param commit whose definitions they are; empty for what is declared now
  /// @return as {@link #promote}
  public JsonNode handOn(String to, String commit, String pipelineRun) {
    return post("/promotions", Map.of("to", to, "commit", commit, "pipeline_run", pipelineRun));
  }

  private static Rollout rollout(JsonNode node) {
    var stages = new ArrayList<Stage>();
    for (var stage : node.path("stages")) {
      stages.add(
          new Stage(
              stage.path("name").asString(""),
              stage.path("state").asString(""),
              instant(stage.path("started")),
              instant(stage.path("ended")),
              stage.path("detail").asString("")));
    }
    var previous = node.path("previous_version");
    return new Rollout(
        node.path("id").asString(""),
        node.path("model").asString(""),
        node.path("version").asInt(0),
        previous.isNumber() ? OptionalInt.of(previous.asInt()) : OptionalInt.empty(),
        node.path("state").asString(""),
        node.path("holding").asBoolean(false),
        node.path("cause").asString(""),
        stages,
        node);
  }

  private static Optional<Instant> instant(JsonNode node) {
    var text = node.asString("");
    return text.isEmpty() ? Optional.empty() : Optional.of(Instant.parse(text));
  }

  private JsonNode get(String path) {
    return checked(calls.get(uri(path), headers), path);
  }

  private Optional<JsonNode> present(String path) {
    var answer = calls.get(uri(path), headers);
    return answer.status() == 404 ? Optional.empty() : Optional.of(checked(answer, path));
  }

  private JsonNode post(String path, Map<String, ?> body) {
    return checked(calls.post(uri(path), JSON, Json.write(body), headers), path);
  }

  private URI uri(String path) {
    return URI.create(base + "/api/v1" + path);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static JsonNode checked(ClientResponse answer, String path) {
    if (answer.isOk()) {
      return answer.json("delivery " + path);
    }
    throw new FaultException(
        fault(answer.status()), "delivery %s: %s".formatted(path, message(answer)));
  }

  private static String message(ClientResponse answer) {
    try {
      var said = Json.parse(answer.body()).path("error").path("message").asString("");
      return said.isEmpty() ? "status " + answer.status() : said;
    } catch (FaultException _) {
      return "status %d: %s".formatted(answer.status(), answer.excerpt());
    }
  }

  private static Fault fault(int status) {
    for (var fault : Fault.values()) {
      if (fault.status() == status) {
        return fault;
      }
    }
    return status >= 500 ? Fault.BACKEND_DOWN : Fault.BAD_REQUEST;
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      calls.close();
      open.closed();
    }
  }
}
