package dev.gori.delivery.record;

import dev.gori.base.json.Json;
import dev.gori.delivery.rollout.Evidence;
import dev.gori.delivery.rollout.RolloutState;
import dev.gori.delivery.rollout.RolloutStep;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// The JSON of a rollout, in the database and in the API.
public final class RolloutJson {

  private RolloutJson() {}

  public static Map<String, @Nullable Object> write(RolloutRecord rollout) {
    var request = rollout.request();
    return Json.object(
        "id", rollout.id(),
        "model", request.model(),
        "version", request.version(),
        "variant", request.variant(),
        "previous_version", rollout.previous().isPresent() ? rollout.previous().getAsInt() : null,
        "state", rollout.state().phase().text(),
        "holding", rollout.state().isHolding(),
        "verdict", verdict(rollout.state()),
        "cause", rollout.state().cause(),
        "pipeline_run", request.pipelineRun(),
        "run_id", request.runId(),
        "feature_version", request.featureVersion(),
        "commit", request.commit(),
        "commit_is_cause", request.isCause(),
        "key", request.key(),
        "created", rollout.created().toString(),
        "stages", rollout.stages().stream().map(RolloutJson::stage).toList(),
        "facts", facts(rollout),
        "progress", progress(rollout.state()));
  }

  /// The gates of a round, in the database and in the API.
  public static List<Map<String, @Nullable Object>> gates(ObservationRound round) {
    return round.evidence().stream()
        .map(
            e ->
                Json.object(
                    "gate", e.gate(),
                    "query", e.query(),
                    "value", e.value(),
                    "limit", e.limit(),
                    "crossed", e.crossed()))
        .toList();
  }

  static List<Evidence> readGates(String body) {
    return Json.parse(body)
        .valueStream()
        .map(
            e ->
                new Evidence(
                    text(e, "gate"),
                    text(e, "query"),
                    text(e, "value"),
                    text(e, "limit"),
                    e.path("crossed").asBoolean(false)))
        .toList();
  }

  private static Map<String, String> facts(RolloutRecord rollout) {
    var json = new LinkedHashMap<String, String>();
    rollout.facts().forEach((fact, value) -> json.put(fact.text(), value));
    return json;
  }

  private static String verdict(RolloutState state) {
    return switch (state) {
      case RolloutState.Succeeded _ -> "good";
      case RolloutState.RolledBack _, RolloutState.RollingBack _ -> "bad";
      case RolloutState.Failed _, RolloutState.Failing _ -> "failed";
      case RolloutState.Held _ -> "held";
      case RolloutState.Observing _ -> state.isHolding() ? "hold" : "";
      case RolloutState.Planned _,
          RolloutState.Deploying _,
          RolloutState.Smoking _,
          RolloutState.Committing _,
          RolloutState.Reloading _ ->
          "";
    };
  }

  public static Map<String, @Nullable Object> stage(Stage stage) {
    return Json.object(
        "name", stage.name(),
        "state", stage.state().text(),
        "started", stage.started().map(Instant::toString).orElse(null),
        "ended", stage.ended().map(Instant::toString).orElse(null),
        "detail", stage.detail());
  }

  private static Map<String, @Nullable Object> progress(RolloutState state) {
    return switch (state) {
      case RolloutState.Planned _, RolloutState.Succeeded _ -> Json.object();
      case RolloutState.Deploying(int failures) -> Json.object("failures", failures);
      case RolloutState.Smoking(int failures) -> Json.object("failures", failures);
      case RolloutState.Committing(int failures) -> Json.object("failures", failures);
      case RolloutState.Reloading(int failures) -> Json.object("failures", failures);
      case RolloutState.Observing(var since, var until, var last, int good, int missing) ->
          Json.object(
              "since",
              since.toString(),
              "until",
              until.toString(),
              "last",
              last.toString(),
              "good",
              good,
              "missing",
              missing);
      case RolloutState.Failing(var step, _, int failures) ->
          Json.object("step", step.name(), "failures", failures);
      case RolloutState.RollingBack(var step, _, var verdict, int failures) ->
          Json.object("step", step.name(), "at", verdict.toString(), "failures", failures);
      case RolloutState.Failed _, RolloutState.RolledBack _, RolloutState.Held _ -> Json.object();
    };
  }

  static RolloutRecord read(JsonNode node) {
    var request =
        new RolloutRequest(
            text(node, "model"),
            node.path("version").asInt(0),
            text(node, "variant"),
            text(node, "pipeline_run"),
            text(node, "run_id"),
            text(node, "feature_version"),
            text(node, "commit"),
            node.path("commit_is_cause").asBoolean(false),
            text(node, "key"));
    var facts = new EnumMap<RolloutFact, String>(RolloutFact.class);
    node.path("facts")
        .properties()
        .forEach(fact -> facts.put(RolloutFact.of(fact.getKey()), fact.getValue().asString("")));
    var previous = node.path("previous_version");
    return new RolloutRecord(
        text(node, "id"),
        request,
        previous.isNumber() ? OptionalInt.of(previous.asInt()) : OptionalInt.empty(),
        state(
            RolloutState.Phase.of(text(node, "state")), text(node, "cause"), node.path("progress")),
        stages(node.path("stages")),
        facts,
        Instant.parse(text(node, "created")));
  }

  static List<Stage> stages(JsonNode nodes) {
    var stages = new ArrayList<Stage>();
    nodes.forEach(
        node ->
            stages.add(
                new Stage(
                    text(node, "name"),
                    StageState.of(text(node, "state")),
                    instant(node.path("started")),
                    instant(node.path("ended")),
                    text(node, "detail"))));
    return stages;
  }

  private static RolloutState state(RolloutState.Phase phase, String cause, JsonNode progress) {
    int failures = progress.path("failures").asInt(0);
    return switch (phase) {
      case PLANNED -> new RolloutState.Planned();
      case DEPLOYING -> new RolloutState.Deploying(failures);
      case SMOKING -> new RolloutState.Smoking(failures);
      case COMMITTING -> new RolloutState.Committing(failures);
      case RELOADING -> new RolloutState.Reloading(failures);
      case OBSERVING ->
          new RolloutState.Observing(
              Instant.parse(text(progress, "since")),
              Instant.parse(text(progress, "until")),
              Instant.parse(text(progress, "last")),
              progress.path("good").asInt(0),
              progress.path("missing").asInt(0));
      case FAILING ->
          new RolloutState.Failing(
              RolloutStep.valueOf(progress.path("step").asString(RolloutStep.UNSTAGE.name())),
              cause,
              failures);
      case ROLLING_BACK ->
          new RolloutState.RollingBack(
              RolloutStep.valueOf(text(progress, "step")),
              cause,
              Instant.parse(text(progress, "at")),
              failures);
      case SUCCEEDED -> new RolloutState.Succeeded();
      case FAILED -> new RolloutState.Failed(cause);
      case ROLLED_BACK -> new RolloutState.RolledBack(cause);
      case HELD -> new RolloutState.Held(cause);
    };
  }

  static Optional<Instant> instant(JsonNode node) {
    var text = node.asString("");
    return text.isEmpty() ? Optional.empty() : Optional.of(Instant.parse(text));
  }

  static String text(JsonNode node, String field) {
    return node.path(field).asString("");
  }
}
