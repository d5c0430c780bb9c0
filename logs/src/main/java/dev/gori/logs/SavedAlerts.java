package dev.gori.logs;

import dev.gori.base.json.Json;
import dev.gori.kernel.label.Labels;
import dev.gori.rulefiles.ActiveAlert;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// The alerts of all rules by file, group and rule; saved and restored at a restart or a reload.
final class SavedAlerts {

  private record Key(String file, String group, String rule, String expression) {}

  private final Map<Key, List<ActiveAlert>> alerts;

  private SavedAlerts(Map<Key, List<ActiveAlert>> alerts) {
    this.alerts = alerts;
  }

  static SavedAlerts of(List<Ruler.Group> groups) {
    var alerts = new LinkedHashMap<Key, List<ActiveAlert>>();
    for (var group : groups) {
      for (var rule : group.rules) {
        var all = rule.states.all();
        if (!all.isEmpty()) {
          alerts.put(key(group, rule), all);
        }
      }
    }
    return new SavedAlerts(alerts);
  }

  private static Key key(Ruler.Group group, Ruler.AlertingRule rule) {
    return new Key(
        group.group.file(), group.group.name(), rule.rule.name(), rule.rule.expression());
  }

  boolean isEmpty() {
    return alerts.isEmpty();
  }

  void restore(List<Ruler.Group> groups) {
    for (var group : groups) {
      for (var rule : group.rules) {
        rule.states.restore(alerts.getOrDefault(key(group, rule), List.of()));
      }
    }
  }

  byte[] write() {
    var rules = new ArrayList<Map<String, @Nullable Object>>();
    alerts.forEach(
        (key, all) ->
            rules.add(
                Json.object(
                    "file",
                    key.file(),
                    "group",
                    key.group(),
                    "rule",
                    key.rule(),
                    "expression",
                    key.expression(),
                    "alerts",
                    all.stream().map(SavedAlerts::json).toList())));
    return Json.write(Json.object("rules", rules));
  }

  private static Map<String, @Nullable Object> json(ActiveAlert alert) {
    return Json.object(
        "labels",
        alert.labels().toMap(),
        "annotations",
        alert.annotations().toMap(),
        "state",
        alert.state().name(),
        "value",
        Double.toString(alert.value()),
        "active_at",
        alert.activeAt().toString(),
        "fired_at",
        text(alert.firedAt()),
        "resolved_at",
        text(alert.resolvedAt()),
        "keep_firing_since",
        text(alert.keepFiringSince()),
        "last_sent_at",
        text(alert.lastSentAt()));
  }

  private static String text(Optional<Instant> timestamp) {
    return timestamp.map(Instant::toString).orElse("");
  }

  static SavedAlerts read(byte[] content) {
    var alerts = new LinkedHashMap<Key, List<ActiveAlert>>();
    for (JsonNode rule : Json.parse(content).path("rules")) {
      var all = new ArrayList<ActiveAlert>();
      rule.path("alerts").forEach(alert -> all.add(alert(alert)));
      alerts.put(
          new Key(
              rule.path("file").asString(""),
              rule.path("group").asString(""),
              rule.path("rule").asString(""),
              rule.path("expression").asString("")),
          all);
    }
    return new SavedAlerts(alerts);
  }

  private static ActiveAlert alert(JsonNode alert) {
    return new ActiveAlert(
        labels(alert.path("labels")),
        labels(alert.path("annotations")),
        ActiveAlert.State.valueOf(alert.path("state").asString()),
        Double.parseDouble(alert.path("value").asString()),
        Instant.parse(alert.path("active_at").asString()),
        timestamp(alert.path("fired_at")),
        timestamp(alert.path("resolved_at")),
        timestamp(alert.path("keep_firing_since")),
        timestamp(alert.path("last_sent_at")));
  }

  private static Optional<Instant> timestamp(JsonNode node) {
    return Optional.of(node.asString("")).filter(text -> !text.isEmpty()).map(Instant::parse);
  }

  private static Labels labels(JsonNode node) {
    var labels = new TreeMap<String, String>();
    node.properties().forEach(label -> labels.put(label.getKey(), label.getValue().asString()));
    return Labels.of(labels);
  }
}
