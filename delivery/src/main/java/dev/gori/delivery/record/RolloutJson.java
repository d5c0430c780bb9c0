package dev.gori.delivery.record;

import dev.gori.base.json.Json;
import dev.gori.delivery.rollout.State;
import dev.gori.delivery.rollout.Step;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// A rollout as JSON: what is stored, and what the API shows.
public final class RolloutJson {

  private RolloutJson() {}

  public static Map<String, @Nullable Object> write(RolloutRecord rollout) {
    var wanted = rollout.wanted();
    return Json.object(
        "id", rollout.id(),
        "model", wanted.model(),
        "version", wanted.version(),
        "variant", wanted.variant(),
        "previous_version", rollout.previous().isPresent() ? rollout.previous().getAsInt() : null,
        "state", rollout.state().label(),
        "holding", rollout.state().isHolding(),
        "verdict", verdict(rollout.state()),
        "cause", rollout.state().why(),
        "pipeline_run", wanted.pipelineRun(),
        "run_id", wanted.runId(),
        "feature_version", wanted.featureVersion(),
        "commit", wanted.commit(),
        "commit_is_cause", wanted.isCause(),
        "key", wanted.key(),
        "created", rollout.created().toString(),
        "stages", rollout.stages().stream().map(RolloutJson::stage).toList(),
        "facts", rollout.facts(),
        "progress", progress(rollout.state()));
  }

  private static String verdict(State state) {
    return switch (state) {
      case State.Succeeded _ -> "good";
      case State.RolledBack _, State.RollingBack _ -> "bad";
      case State.Failed _, State.Failing _ -> "failed";
      case State.Held _ -> "held";
      case State.Observing _ -> state.isHolding() ? "hold" : "";
      case State.Planned _,
          State.Deploying _,
          State.Smoking _,
          State.Committing _,
          State.Reloading _ ->
          "";
    };
  }

  public static Map<String, @Nullable Object> stage(Stage stage) {
    return Json.object(
        "name", stage.name(),
        "state", stage.state(),
        "started", stage.started().map(Instant::toString).orElse(null),
        "ended", stage.ended().map(Instant::toString).orElse(null),
        "detail", stage.detail());
  }

  private static Map<String, @Nullable Object> progress(State state) {
    return switch (state) {
      case State.Planned _, State.Succeeded _ -> Json.object();
      case State.Deploying(int failures) -> Json.object("failures", failures);
      case State.Smoking(int failures) -> Json.object("failures", failures);
      case State.Committing(int failures) -> Json.object("failures", failures);
      case State.Reloading(int failures) -> Json.object("failures", failures);
      case State.Observing(var since, var until, var last, int good, int missing) ->
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
      case State.Failing(var step, _, int failures) ->
          Json.object("step", step.name(), "failures", failures);
      case State.RollingBack(var step, _, var verdict, int failures) ->
          Json.object("step", step.name(), "at", verdict.toString(), "failures", failures);
      case State.Failed _, State.RolledBack _, State.Held _ -> Json.object();
    };
  }

  static RolloutRecord read(JsonNode node) {
    var wanted =
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
    var facts = new LinkedHashMap<String, String>();
    node.path("facts")
        .properties()
        .forEach(fact -> facts.put(fact.getKey(), fact.getValue().asString("")));
    var previous = node.path("previous_version");
    return new RolloutRecord(
        text(node, "id"),
        wanted,
        previous.isNumber() ? OptionalInt.of(previous.asInt()) : OptionalInt.empty(),
        state(text(node, "state"), text(node, "cause"), node.path("progress")),
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
                    text(node, "state"),
                    instant(node.path("started")),
                    instant(node.path("ended")),
                    text(node, "detail"))));
    return stages;
  }

  private static State state(String label, String cause, JsonNode progress) {
    int failures = progress.path("failures").asInt(0);
    return switch (label) {
      case "planned" -> new State.Planned();
      case "deploying" -> new State.Deploying(failures);
      case "smoking" -> new State.Smoking(failures);
      case "committing" -> new State.Committing(failures);
      case "reloading" -> new State.Reloading(failures);
      case "observing" ->
          new State.Observing(
              Instant.parse(text(progress, "since")),
              Instant.parse(text(progress, "until")),
              Instant.parse(text(progress, "last")),
              progress.path("good").asInt(0),
              progress.path("missing").asInt(0));
      case "failing" ->
          new State.Failing(
              Step.valueOf(progress.path("step").asString(Step.UNSTAGE.name())), cause, failures);
      case "rolling_back" ->
          new State.RollingBack(
              Step.valueOf(text(progress, "step")),
              cause,
              Instant.parse(text(progress, "at")),
              failures);
      case "succeeded" -> new State.Succeeded();
      case "failed" -> new State.Failed(cause);
      case "rolled_back" -> new State.RolledBack(cause);
      case "held" -> new State.Held(cause);
      default ->
          throw new IllegalStateException(
              "rollout state '%s' in the database (expected: a known state)".formatted(label));
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
