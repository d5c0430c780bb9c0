package dev.gori.metrics;

import dev.gori.base.json.Json;
import dev.gori.http.ClientResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/// Normalizes responses of the API, so that those of two servers can be compared.
final class NormalizedAnswer {

  private NormalizedAnswer() {}

  /// @param without keys that only one of the servers has
  static String shown(ClientResponse answer, List<String> without) {
    return answer.status()
        + "\n"
        + Json.text(normal(Json.parse(answer.body()), without))
            .replaceAll("([}\\]],|\",\"(?=data|error|result))", "$1\n");
  }

  private static List<String> sorted(List<?> notes) {
    return notes.stream().map(String::valueOf).sorted().toList();
  }

  /// Sorts keys and series; removes times and keys that only one of the servers has.
  private static Object normal(JsonNode node, List<String> without) {
    if (node.isObject()) {
      var map = new TreeMap<String, Object>();
      node.properties()
          .forEach(entry -> map.put(entry.getKey(), normal(entry.getValue(), without)));
      map.replaceAll(
          (key, value) ->
              switch (key) {
                case "evaluationTime",
                    "lastEvaluation",
                    "activeAt",
                    "lastScrape",
                    "lastScrapeDuration",
                    "timings" ->
                    "MOMENT";
                case "infos", "warnings" -> sorted((List<?>) value);
                case "min", "max", "current" -> value instanceof String ? value : "N";
                default -> value;
              });
      map.keySet().removeAll(without);
      map.values().removeIf("done"::equals);
      return map;
    }
    if (node.isArray()) {
      var list = new ArrayList<>();
      node.forEach(item -> list.add(normal(item, without)));
      boolean series =
          list.stream()
              .allMatch(item -> item instanceof Map<?, ?> map && map.containsKey("metric"));
      if (series) {
        list.sort(
            (a, b) ->
                Json.text(((Map<?, ?>) a).get("metric"))
                    .compareTo(Json.text(((Map<?, ?>) b).get("metric"))));
      }
      return list;
    }
    return node.isNumber()
        ? node.decimalValue().stripTrailingZeros().toPlainString()
        : node.isNull() ? "null" : node.isString() ? node.asString("") : node.toString();
  }
}
