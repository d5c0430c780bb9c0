package dev.gori.logs.logql;

import dev.gori.base.json.Json;
import dev.gori.kernel.fault.FaultException;
import tools.jackson.databind.JsonNode;

/// `unpack`: reverses Promtail's `pack` stage: fields become labels, and `_entry` becomes the line.
record UnpackParserStage() implements Stage {

  @Override
  public boolean apply(LogLine line) {
    JsonNode root;
    try {
      root = Json.parse(line.text());
    } catch (FaultException e) {
      line.error(PipelineError.JSON_PARSER, e.reason());
      return true;
    }
    for (var field : root.properties()) {
      if (field.getKey().equals("_entry")) {
        line.text(field.getValue().asString());
      } else if (field.getValue().isString()) {
        line.addExtracted(LogLine.sanitized(field.getKey()), field.getValue().asString());
      }
    }
    return true;
  }

  @Override
  public String toString() {
    return "| unpack";
  }
}
