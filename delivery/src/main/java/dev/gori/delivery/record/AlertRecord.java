package dev.gori.delivery.record;

import dev.gori.base.json.Json;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/// An alert that delivery raised. Delivery sends it repeatedly until the alerts role has accepted
/// its end.
///
/// @param ends when it ended or will end
public record AlertRecord(
    String id,
    Map<String, String> labels,
    Map<String, String> annotations,
    Instant starts,
    Optional<Instant> ends) {

  public AlertRecord {
    labels = new TreeMap<>(labels);
    annotations = new TreeMap<>(annotations);
  }

  public AlertRecord ending(Instant at, Map<String, String> more) {
    var all = new TreeMap<>(annotations);
    all.putAll(more);
    return new AlertRecord(id, labels, all, starts, Optional.of(at));
  }

  String text() {
    return Json.text(
        Json.object(
            "id", id,
            "labels", labels,
            "annotations", annotations,
            "starts", starts.toString(),
            "ends", ends.map(Instant::toString).orElse(null)));
  }

  static AlertRecord read(JsonNode node) {
    return new AlertRecord(
        RolloutJson.text(node, "id"),
        texts(node.path("labels")),
        texts(node.path("annotations")),
        Instant.parse(RolloutJson.text(node, "starts")),
        RolloutJson.instant(node.path("ends")));
  }

  private static Map<String, String> texts(JsonNode node) {
    var texts = new TreeMap<String, String>();
    node.properties().forEach(entry -> texts.put(entry.getKey(), entry.getValue().asString("")));
    return texts;
  }
}
