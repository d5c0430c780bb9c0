package dev.gori.clients;

import dev.gori.clients.Mlflow.Artifact;
import dev.gori.clients.Mlflow.Experiment;
import dev.gori.clients.Mlflow.ModelStatus;
import dev.gori.clients.Mlflow.ModelVersion;
import dev.gori.clients.Mlflow.RegisteredModel;
import dev.gori.clients.Mlflow.Run;
import dev.gori.clients.Mlflow.RunStatus;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;

/// Reads MLflow's JSON into records. Fields that a server leaves out read as empty.
final class MlflowJson {

  private MlflowJson() {}

  static Experiment experiment(JsonNode node) {
    return new Experiment(
        text(node, "experiment_id"),
        text(node, "name"),
        text(node, "artifact_location"),
        text(node, "lifecycle_stage"),
        pairs(node.path("tags"), MlflowJson::value));
  }

  static Run run(JsonNode node) {
    var info = node.path("info");
    var data = node.path("data");
    long end = info.path("end_time").asLong(0);
    return new Run(
        text(info, "run_id"),
        text(info, "experiment_id"),
        text(info, "run_name"),
        RunStatus.valueOf(info.path("status").asString("RUNNING")),
        time(info, "start_time"),
        end == 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(end)),
        text(info, "artifact_uri"),
        pairs(data.path("params"), MlflowJson::value),
        pairs(data.path("metrics"), metric -> number(metric.path("value"))),
        pairs(data.path("tags"), MlflowJson::value));
  }

  static RegisteredModel model(JsonNode node) {
    var aliases = new LinkedHashMap<String, Integer>();
    node.path("aliases")
        .forEach(alias -> aliases.put(text(alias, "alias"), alias.path("version").asInt(0)));
    return new RegisteredModel(
        text(node, "name"),
        text(node, "description"),
        pairs(node.path("tags"), MlflowJson::value),
        aliases);
  }

  static ModelVersion version(JsonNode node) {
    return new ModelVersion(
        text(node, "name"),
        node.path("version").asInt(0),
        text(node, "source"),
        text(node, "run_id"),
        ModelStatus.valueOf(node.path("status").asString("READY")),
        text(node, "status_message"),
        pairs(node.path("tags"), MlflowJson::value),
        node.path("aliases").valueStream().map(alias -> alias.asString("")).toList(),
        time(node, "creation_timestamp"));
  }

  static Artifact artifact(JsonNode node) {
    return new Artifact(
        text(node, "path"), node.path("is_dir").asBoolean(false), node.path("file_size").asLong(0));
  }

  /// A metric's value; JSON has no word for NaN and infinity, so MLflow sends those as text.
  static double number(JsonNode node) {
    if (!node.isString()) {
      return node.asDouble(Double.NaN);
    }
    return switch (node.asString()) {
      case "Infinity" -> Double.POSITIVE_INFINITY;
      case "-Infinity" -> Double.NEGATIVE_INFINITY;
      default -> Double.NaN;
    };
  }

  static List<Map<String, String>> pairs(Map<String, String> values) {
    return values.entrySet().stream()
        .map(entry -> Map.of("key", entry.getKey(), "value", entry.getValue()))
        .toList();
  }

  private static <V> Map<String, V> pairs(JsonNode list, Function<JsonNode, V> value) {
    var pairs = new LinkedHashMap<String, V>();
    list.forEach(entry -> pairs.put(text(entry, "key"), value.apply(entry)));
    return pairs;
  }

  private static String value(JsonNode entry) {
    return text(entry, "value");
  }

  static String text(JsonNode node, String field) {
    return node.path(field).asString("");
  }

  private static Instant time(JsonNode node, String field) {
    return Instant.ofEpochMilli(node.path(field).asLong(0));
  }
}
