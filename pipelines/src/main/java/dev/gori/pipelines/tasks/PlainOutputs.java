package dev.gori.pipelines.tasks;

import dev.gori.base.json.Json;
import dev.gori.kernel.fault.FaultException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Converts JSON to the plain Java values that expressions and templates use.
public final class PlainOutputs {

  private PlainOutputs() {}

  /// @throws FaultException BAD_REQUEST when the text is not a JSON object
  public static Map<String, @Nullable Object> object(String text) {
    return object(Json.parse(text));
  }

  /// @throws FaultException BAD_REQUEST when the node is not an object
  public static Map<String, @Nullable Object> object(JsonNode node) {
    if (!node.isObject()) {
      throw FaultException.badRequest("%s (expected: a JSON object)".formatted(node.getNodeType()));
    }
    var map = new LinkedHashMap<String, @Nullable Object>();
    node.properties().forEach(entry -> map.put(entry.getKey(), value(entry.getValue())));
    return map;
  }

  private static @Nullable Object value(JsonNode node) {
    return switch (node.getNodeType()) {
      case OBJECT -> object(node);
      case ARRAY -> {
        var list = new ArrayList<@Nullable Object>();
        node.forEach(item -> list.add(value(item)));
        yield list;
      }
      case NUMBER ->
          node.isIntegralNumber() && node.canConvertToLong()
              ? (Object) node.asLong()
              : (Object) node.asDouble();
      case BOOLEAN -> node.asBoolean();
      case NULL, MISSING -> null;
      case STRING, BINARY, POJO -> node.asString();
    };
  }
}
