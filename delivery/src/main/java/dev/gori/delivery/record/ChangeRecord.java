package dev.gori.delivery.record;

import dev.gori.base.json.Json;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// A change: what happened to one commit in this environment.
///
/// @param paths the files of this environment that the commit changed, relative to its folder
/// @param problems why sync rejected the commit or could not apply it
/// @param warnings what the commit declares but nothing uses
public record ChangeRecord(
    String commit,
    String author,
    String message,
    Instant at,
    List<String> paths,
    ChangeVerdict verdict,
    List<String> problems,
    List<String> warnings,
    List<Stage> stages,
    Map<ChangeLinkKind, List<String>> links) {

  public ChangeRecord {
    paths = List.copyOf(paths);
    problems = List.copyOf(problems);
    warnings = List.copyOf(warnings);
    stages = List.copyOf(stages);
    links = new TreeMap<>(links);
  }

  public ChangeRecord withVerdict(ChangeVerdict newVerdict, List<String> newProblems) {
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

  /// Adds a link unless it exists; an empty value adds none.
  public ChangeRecord withLink(ChangeLinkKind kind, String value) {
    var existing = links(kind);
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
        "verdict", verdict.text(),
        "problems", problems,
        "warnings", warnings,
        "stages", stages.stream().map(RolloutJson::stage).toList(),
        "links", linksJson());
  }

  private Map<String, List<String>> linksJson() {
    var json = new LinkedHashMap<String, List<String>>();
    links.forEach((kind, values) -> json.put(kind.text(), values));
    return json;
  }

  /// The links of a kind; empty for none.
  public List<String> links(ChangeLinkKind kind) {
    return links.getOrDefault(kind, List.of());
  }

  static ChangeRecord read(JsonNode node) {
    var links = new TreeMap<ChangeLinkKind, List<String>>();
    node.path("links")
        .properties()
        .forEach(link -> links.put(ChangeLinkKind.of(link.getKey()), texts(link.getValue())));
    return new ChangeRecord(
        RolloutJson.text(node, "commit"),
        RolloutJson.text(node, "author"),
        RolloutJson.text(node, "message"),
        Instant.parse(RolloutJson.text(node, "at")),
        texts(node.path("paths")),
        ChangeVerdict.of(RolloutJson.text(node, "verdict")),
        texts(node.path("problems")),
        texts(node.path("warnings")),
        RolloutJson.stages(node.path("stages")),
        links);
  }

  private static List<String> texts(JsonNode nodes) {
    return nodes.valueStream().map(node -> node.asString("")).toList();
  }
}
