package dev.gori.delivery.desired;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/// Which variant answers a request.
public sealed interface TrafficPolicy {

  record Single(String primary) implements TrafficPolicy {}

  /// @param weights percent by variant; the sum is 100
  record Split(Map<String, Integer> weights) implements TrafficPolicy {
    public Split {
      weights = new TreeMap<>(weights);
    }
  }

  /// The shadow variant gets copies of the requests; no caller gets its answers.
  record Shadow(String primary, String shadow) implements TrafficPolicy {}

  /// The variants whose answers reach callers.
  default Set<String> answering() {
    return switch (this) {
      case Single(var primary) -> Set.of(primary);
      case Split(var weights) -> {
        var answering = new TreeMap<>(weights);
        answering.values().removeIf(weight -> weight == 0);
        yield answering.keySet();
      }
      case Shadow(var primary, _) -> Set.of(primary);
    };
  }

  /// The JSON that the gateway takes.
  default Map<String, Object> json() {
    var json = new LinkedHashMap<String, Object>();
    switch (this) {
      case Single(var primary) -> {
        json.put("mode", "single");
        json.put("primary", primary);
      }
      case Split(var weights) -> {
        json.put("mode", "split");
        json.put("weights", weights);
      }
      case Shadow(var primary, var shadow) -> {
        json.put("mode", "shadow");
        json.put("primary", primary);
        json.put("shadow", shadow);
      }
    }
    return json;
  }

  /// Whether the gateway's JSON means this policy.
  default boolean means(JsonNode given) {
    var mode = given.path("mode").asString("");
    return switch (this) {
      case Single(var primary) ->
          mode.equals("single") && given.path("primary").asString("").equals(primary);
      case Shadow(var primary, var shadow) ->
          mode.equals("shadow")
              && given.path("primary").asString("").equals(primary)
              && given.path("shadow").asString("").equals(shadow);
      case Split(var weights) -> {
        var theirs = new TreeMap<String, Integer>();
        given
            .path("weights")
            .properties()
            .forEach(entry -> theirs.put(entry.getKey(), entry.getValue().asInt(-1)));
        yield mode.equals("split") && theirs.equals(weights);
      }
    };
  }
}
