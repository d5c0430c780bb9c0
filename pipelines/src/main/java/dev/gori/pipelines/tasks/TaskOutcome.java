package dev.gori.pipelines.tasks;

import dev.gori.base.json.Json;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The result of an attempt, as the task returns it.
public sealed interface TaskOutcome {

  /// @param outputs small JSON values for downstream tasks
  record Succeeded(Map<String, @Nullable Object> outputs) implements TaskOutcome {}

  /// The task had nothing to do.
  record Skipped(String why) implements TaskOutcome {}

  /// The sensor's condition does not hold yet; it pokes again later.
  record NotYet(String why) implements TaskOutcome {}

  /// @param again whether a retry may help
  record Failed(String why, boolean again) implements TaskOutcome {}

  /// @param namesAndValues name, value, name, value …
  static TaskOutcome done(@Nullable Object... namesAndValues) {
    return new Succeeded(Json.object(namesAndValues));
  }

  /// A failure that a retry cannot fix.
  static TaskOutcome wrong(String why) {
    return new Failed(why, false);
  }
}
