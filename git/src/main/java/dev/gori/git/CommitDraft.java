package dev.gori.git;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// A commit to be created on top of the branch's head.
///
/// @param message subject, empty line, body; without the trailers
/// @param trailers written as `Key: value` in the last paragraph, in this order
/// @param edits new content by path, or empty to delete the file; paths that are not named stay as
///   they are
public record CommitDraft(
    Person author,
    String message,
    Map<String, String> trailers,
    Map<String, Optional<byte[]>> edits) {

  public CommitDraft {
    if (message.isBlank()) {
      throw new IllegalArgumentException(
          "commit message: empty (expected: a subject that says why)");
    }
    trailers = new LinkedHashMap<>(trailers);
    edits = new LinkedHashMap<>(edits);
    for (var path : edits.keySet()) {
      if (path.isEmpty()
          || path.startsWith("/")
          || path.endsWith("/")
          || path.contains("//")
          || path.contains("..")) {
        throw new IllegalArgumentException(
            "path: '%s' (expected: a relative path inside the repository)".formatted(path));
      }
    }
  }

  /// The whole message as Git stores it.
  public String text() {
    var text = new StringBuilder(message.strip()).append('\n');
    if (!trailers.isEmpty()) {
      text.append('\n');
      trailers.forEach(
          (key, value) ->
              text.append(key).append(": ").append(value.replace('\n', ' ')).append('\n'));
    }
    return text.toString();
  }
}
