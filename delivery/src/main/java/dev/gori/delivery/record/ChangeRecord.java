package dev.gori.delivery.record;

import dev.gori.base.json.Json;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// One commit's way through the loop.
///
/// @param paths what it changed in this environment, relative to its folder
/// @param verdict `pending`, `refused`, `applied`, `failed`, `rolled_back`, or `elsewhere` for a
///   commit that does not concern this environment
/// @param problems why it was refused
/// @param warnings what it declares and nothing uses
/// @param links what belongs to it, by kind: `pipeline_run`, `run_id`, `feature_version`,
///   `model_version`, `rollout`, `alert`, `revert_commit`, `reverts`; and `uncaused_run`,
///   `uncaused_rollout` for what ran under it but was not started by it
public record ChangeRecord(
    String commit,
    String author,
    String message,
    Instant at,
    List<String> paths,
    String verdict,
    List<String> problems,
    List<String> warnings,
    List<Stage> stages,
    Map<String, List<String>> links) {

  public ChangeRecord {
    paths = List.copyOf(paths);
    problems = List.copyOf(problems);
    warnings = List.copyOf(warnings);
    stages = List.copyOf(stages);
    links = new TreeMap<>(links);
  }

  public ChangeRecord withVerdict(String newVerdict, List<String> newProblems) {
    return new ChangeRecord(
        commit, author, message, at, paths, newVerdict, newProblems, warnings, stages, links);
  }

  public ChangeRecord withWarnings(List<String> of) {
    return new ChangeRecord(
        commit, author, message, at, paths, verdict, problems, of, stages, links);
  }

  public ChangeRecord with(Stage stage) {
    return new ChangeRecord(
        commit,
        author,
        message,
        at,
        paths,
        verdict,
        problems,
        warnings,
        Stage.put(stages, stage),
        links);
  }

  /// Adds a link once; an empty value adds none.
  public ChangeRecord withLink(String kind, String value) {
    var existing = links.getOrDefault(kind, List.of());
    if (value.isEmpty() || existing.contains(value)) {
      return this;
    }
    var more = new ArrayList<>(existing);
    more.add(value);
    var all = new TreeMap<>(links);
    all.put(kind, List.copyOf(more));
    return new ChangeRecord(
        commit, author, message, at, paths, verdict, problems, warnings, stages, all);
  }

  public Map<String, @Nullable Object> json() {
    return Json.object(
        "commit", commit,
        "author", author,
        "message", message,
        "at", at.toString(),
        "paths", paths,
        "verdict", verdict,
        "problems", problems,
        "warnings", warnings,
        "stages", stages.stream().map(RolloutJson::stage).toList(),
        "links", links);
  }

  static ChangeRecord read(JsonNode node) {
    var links = new TreeMap<String, List<String>>();
    node.path("links")
        .properties()
        .forEach(link -> links.put(link.getKey(), texts(link.getValue())));
    return new ChangeRecord(
        RolloutJson.text(node, "commit"),
        RolloutJson.text(node, "author"),
        RolloutJson.text(node, "message"),
        Instant.parse(RolloutJson.text(node, "at")),
        texts(node.path("paths")),
        RolloutJson.text(node, "verdict"),
        texts(node.path("problems")),
        texts(node.path("warnings")),
        RolloutJson.stages(node.path("stages")),
        links);
  }

  private static List<String> texts(JsonNode nodes) {
    return nodes.valueStream().map(node -> node.asString("")).toList();
  }
}
