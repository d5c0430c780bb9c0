package dev.gori.clients;

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
import tools.jackson.databind.JsonNode;

/// Asks delivery: rollouts, changes, the desired state, promotions.
///
/// What goes wrong is a `FaultException` with delivery's message: `BAD_REQUEST`, `UNAUTHENTICATED`,
/// `FORBIDDEN`, `NOT_FOUND`, `CONFLICT` (the version was rolled back before, or the key belongs to
/// another rollout), `BACKEND_DOWN`, `TIMED_OUT`. Nothing is retried. Every call is safe from any
/// thread.
public final class DeliveryClient implements AutoCloseable {

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

  private final RestApi api;

  private DeliveryClient(RestApi api) {
    this.api = api;
  }

  /// @param base such as `http://localhost:7010`
  /// @param token the environment's, for calls that change something
  public static DeliveryClient open(URI base, Optional<String> token, Duration deadline) {
    return new DeliveryClient(new RestApi("delivery", base, "/api/v1", token, deadline));
  }

  public URI base() {
    return api.base();
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
    return rollout(api.post("/rollouts", body));
  }

  public Optional<Rollout> rollout(String id) {
    return api.find("/rollouts/" + encoded(id)).map(DeliveryClient::rollout);
  }

  /// The newest rollouts first.
  public List<Rollout> rollouts(int most) {
    var rollouts = new ArrayList<Rollout>();
    api.get("/rollouts?limit=" + most)
        .path("rollouts")
        .forEach(node -> rollouts.add(rollout(node)));
    return rollouts;
  }

  /// Makes a rollout go back.
  public Rollout callOff(String id, String why) {
    return rollout(api.post("/rollouts/" + encoded(id) + "/rollback", Map.of("why", why)));
  }

  /// The newest changes first, as `GET /api/v1/changes` gives them.
  public JsonNode changes(int most) {
    return api.get("/changes?limit=" + most).path("changes");
  }

  public Optional<JsonNode> change(String commit) {
    return api.find("/changes/" + encoded(commit));
  }

  /// What Git declares, whether that is applied, and what is wrong with a refused commit.
  public JsonNode desired() {
    return api.get("/desired");
  }

  /// @param kind `request`, `version`, `run` or `feature_version`
  public Optional<JsonNode> lineage(String kind, String id) {
    return api.find("/lineage/" + encoded(kind) + "/" + encoded(id));
  }

  /// Looks at the repository now.
  public JsonNode sync() {
    return api.post("/sync", Map.of());
  }

  /// Copies one environment's pipeline definitions to this one, as a commit.
  ///
  /// @return `commit` (empty when there was nothing to copy) and the `files` that changed
  public JsonNode promote(String from, String author) {
    return api.post("/promotions", Map.of("from", from, "author", author));
  }

  /// Copies the pipeline definitions that a run of this environment ran with to another one, as a
  /// commit; once for a run.
  ///
  /// @param commit whose definitions they are; empty for what is declared now
  /// @return as {@link #promote}
  public JsonNode handOn(String to, String commit, String pipelineRun) {
    return api.post("/promotions", Map.of("to", to, "commit", commit, "pipeline_run", pipelineRun));
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

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    api.close();
  }
}
