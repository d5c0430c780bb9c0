package dev.gori.logs.logql;

import dev.gori.base.json.Json;
import dev.gori.kernel.fault.FaultException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/// `json`: extracts all values of an object as labels, with nested names joined by `_`, or only the
/// values at given paths.
///
/// @param fields label to path; empty extracts all values
/// @param written label to path as the query has it
record JsonParserStage(Map<String, List<Step>> fields, Map<String, String> written)
    implements Stage {

  /// One step of a path.
  ///
  /// @param index of a list element; -1 when the step is a name
  record Step(String name, int index) {}

  /// @throws IllegalArgumentException when the path is invalid
  static List<Step> path(String text) {
    var steps = new ArrayList<Step>();
    int at = 0;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '.') {
        at++;
      } else if (c == '[') {
        int end = text.indexOf(']', at);
        if (end < 0) {
          throw new IllegalArgumentException("path '%s': '[' without ']'".formatted(text));
        }
        steps.add(bracket(text, text.substring(at + 1, end)));
        at = end + 1;
      } else {
        int end = at;
        while (end < text.length() && text.charAt(end) != '.' && text.charAt(end) != '[') {
          end++;
        }
        steps.add(new Step(text.substring(at, end), -1));
        at = end;
      }
    }
    if (steps.isEmpty()) {
      throw new IllegalArgumentException(
          "path '' (expected: such as request.headers[\"Host\"] or servers[0])");
    }
    return steps;
  }

  private static Step bracket(String path, String inside) {
    if (inside.length() >= 2 && inside.startsWith("\"") && inside.endsWith("\"")) {
      return new Step(inside.substring(1, inside.length() - 1), -1);
    }
    try {
      return new Step("", Integer.parseUnsignedInt(inside));
    } catch (NumberFormatException _) {
      throw new IllegalArgumentException(
          "path '%s': [%s] (expected: an index, or a quoted name)".formatted(path, inside));
    }
  }

  @Override
  public boolean apply(LogLine line) {
    JsonNode root;
    try {
      root = Json.parse(line.text());
    } catch (FaultException e) {
      line.error(PipelineError.JSON_PARSER, e.reason());
      return true;
    }
    if (!root.isObject()) {
      line.error(PipelineError.JSON_PARSER, "the line is not a JSON object");
      return true;
    }
    if (fields.isEmpty()) {
      flatten("", root, line);
    } else {
      fields.forEach((label, path) -> line.addExtracted(label, follow(root, path)));
    }
    return true;
  }

  private static void flatten(String prefix, JsonNode object, LogLine line) {
    for (var field : object.properties()) {
      var value = field.getValue();
      var name = LogLine.sanitized(prefix + field.getKey());
      if (value.isObject()) {
        flatten(prefix + field.getKey() + "_", value, line);
      } else if (!value.isArray() && !value.isNull()) {
        line.addExtracted(name, value.asString());
      }
    }
  }

  private static String follow(JsonNode root, List<Step> path) {
    JsonNode node = root;
    for (var step : path) {
      var next = step.index() >= 0 ? node.get(step.index()) : node.get(step.name());
      if (next == null || next.isNull()) {
        return "";
      }
      node = next;
    }
    return node.isContainer() ? node.toString() : node.asString();
  }

  @Override
  public String toString() {
    return "| json"
        + written.entrySet().stream()
            .map(field -> field.getKey() + "=" + Literals.quoted(field.getValue()))
            .collect(Collectors.joining(", ", written.isEmpty() ? "" : " ", ""));
  }
}
