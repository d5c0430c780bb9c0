package dev.gori.metrics.api;

import dev.gori.base.json.Json;
import dev.gori.kernel.label.Labels;

/// Texts and labels as JSON, appended to what is there: for answers that are too long to be made of
/// objects first.
final class JsonText {

  private JsonText() {}

  /// A text in quotes; most have nothing in them that JSON writes otherwise.
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
