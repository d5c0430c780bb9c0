package dev.gori.registry;

import dev.gori.base.json.Json;
import dev.gori.http.Request;
import dev.gori.kernel.fault.FaultException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// The fields of one request: those of a JSON body, or those of a GET request's query.
///
/// Integers may be strings (the Java client sends them so), and a list of one item may be the bare
/// value (as in a query).
final class Body {

  /// A key with its value, such as a parameter or a tag.
  record Pair(String key, String value) {}

  private final JsonNode fields;

  private Body(JsonNode fields) {
    this.fields = fields;
  }

  static Body of(Request request) {
    if (request.method().equals("GET") || request.method().equals("HEAD")) {
      return ofQuery(request);
    }
    var bytes = request.body();
    if (bytes.length == 0) {
      return new Body(JsonNodeFactory.instance.objectNode());
    }
    var node = request.json();
    if (node.isString()) {
      node =
          Json.parseBounded(
              node.asString().getBytes(StandardCharsets.UTF_8)); // Old clients encode JSON twice.
    }
    if (!node.isObject()) {
      throw FaultException.badRequest(
          "body: a JSON %s (expected: an object)".formatted(node.getNodeType()));
    }
    return new Body(node);
  }

  private static Body ofQuery(Request request) {
    var object = JsonNodeFactory.instance.objectNode();
    request
        .form()
        .forEach(
            (name, values) -> {
              if (values.size() == 1) {
                object.put(name, values.getFirst());
              } else {
                var array = object.putArray(name);
                values.forEach(array::add);
              }
            });
    return new Body(object);
  }

  Optional<String> text(String name) {
    var node = fields.path(name);
    if (node.isMissingNode() || node.isNull()) {
      return Optional.empty();
    }
    if (node.isContainer()) {
      throw invalid(name, node.toString(), "a text");
    }
    return Optional.of(node.asString());
  }

  String textOr(String name, String otherwise) {
    return text(name).orElse(otherwise);
  }

  String required(String name) {
    return text(name)
        .filter(value -> !value.isEmpty())
        .orElseThrow(
            () ->
                FaultException.badRequest(
                    "Missing value for required parameter '%s'.".formatted(name)));
  }

  /// The run ID; old clients send it as `run_uuid`.
  String runId() {
    return text("run_id")
        .filter(id -> !id.isEmpty())
        .or(() -> text("run_uuid"))
        .filter(id -> !id.isEmpty())
        .orElseThrow(
            () -> FaultException.badRequest("Missing value for required parameter 'run_id'."));
  }

  OptionalLong integer(String name) {
    var node = fields.path(name);
    if (node.isMissingNode() || node.isNull() || (node.isString() && node.asString().isEmpty())) {
      return OptionalLong.empty();
    }
    return OptionalLong.of(whole(name, node));
  }

  long integerOr(String name, long otherwise) {
    return integer(name).orElse(otherwise);
  }

  private static long whole(String name, JsonNode node) {
    try {
      return node.isNumber()
          ? node.decimalValue().longValueExact()
          : Long.parseLong(node.asString());
    } catch (ArithmeticException | NumberFormatException _) {
      throw invalid(name, node.asString(), "a whole number");
    }
  }

  /// A metric's value; clients send NaN and infinity as strings.
  double number(String name) {
    var node = fields.path(name);
    if (node.isNumber()) {
      return node.asDouble();
    }
    return switch (node.asString("")) {
      case "NaN" -> Double.NaN;
      case "Infinity", "inf" -> Double.POSITIVE_INFINITY;
      case "-Infinity", "-inf" -> Double.NEGATIVE_INFINITY;
      default -> parsed(name, node.asString(""));
    };
  }

  private static double parsed(String name, String text) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException _) {
      throw invalid(name, text, "a number");
    }
  }

  boolean flag(String name) {
    return fields.path(name).asBoolean(false);
  }

  List<String> texts(String name) {
    return items(name).stream().map(node -> node.asString("")).toList();
  }

  List<Body> objects(String name) {
    var objects = new ArrayList<Body>();
    for (var node : items(name)) {
      if (!node.isObject()) {
        throw invalid(name, node.toString(), "a list of objects");
      }
      objects.add(new Body(node));
    }
    return objects;
  }

  /// A list of `{"key", "value"}`; the key is required.
  List<Pair> pairs(String name) {
    return objects(name).stream().map(Body::pair).toList();
  }

  Pair pair() {
    return new Pair(required("key"), textOr("value", ""));
  }

  Body object(String name) {
    var node = fields.path(name);
    return new Body(node.isObject() ? node : JsonNodeFactory.instance.objectNode());
  }

  private List<JsonNode> items(String name) {
    var node = fields.path(name);
    if (node.isArray()) {
      return node.valueStream().toList();
    }
    return node.isMissingNode() || node.isNull() ? List.of() : List.of(node);
  }

  String json() {
    return fields.toString();
  }

  private static FaultException invalid(String name, String value, String expected) {
    return FaultException.badRequest(
        "Invalid value '%s' for parameter '%s' supplied (expected: %s)"
            .formatted(value, name, expected));
  }
}
