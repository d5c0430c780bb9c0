package dev.gori.metrics.api;

import dev.gori.base.json.Json;
import dev.gori.kernel.label.Labels;

/// Appends JSON strings and labels to a builder: for responses that are too large for a JSON tree.
final class JsonText {

  private JsonText() {}

  /// Appends a string literal; most strings need no escapes.
  static StringBuilder quoted(StringBuilder out, String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < ' ' || c > '~' || c == '"' || c == '\\') {
        return out.append(Json.text(text));
      }
    }
    return out.append('"').append(text).append('"');
  }

  /// `{"name":"value",…}`.
  static StringBuilder labels(StringBuilder out, Labels labels) {
    out.append('{');
    for (int i = 0; i < labels.size(); i++) {
      quoted(i == 0 ? out : out.append(','), labels.nameAt(i)).append(':');
      quoted(out, labels.valueAt(i));
    }
    return out.append('}');
  }
}
