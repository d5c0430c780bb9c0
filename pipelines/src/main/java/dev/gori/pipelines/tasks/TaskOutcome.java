package dev.gori.pipelines.tasks;

import dev.gori.base.json.Json;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What came of an attempt, as the task sees it.
public sealed interface TaskOutcome {

  /// @param outputs small JSON values for the tasks that come after
  record Succeeded(Map<String, @Nullable Object> outputs) implements TaskOutcome {}

  /// There was nothing to do here.
  record Skipped(String why) implements TaskOutcome {}

  /// A sensor's answer: look again later.
  record NotYet(String why) implements TaskOutcome {}

  /// @param again whether a retry may help
  record Failed(String why, boolean again) implements TaskOutcome {}

  /// @param namesAndValues name, value, name, value …
  static TaskOutcome done(@Nullable Object... namesAndValues) {
    return new Succeeded(Json.object(namesAndValues));
  }

  /// A failure that no retry mends.
  static TaskOutcome wrong(String why) {
    return new Failed(why, false);
  }
}
