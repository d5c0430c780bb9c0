package dev.gori.pipelines.dag;

import java.util.Set;

/// What can stand behind `uses`.
///
/// @param keys what `with` may hold
/// @param required what `with` must hold, a part of the keys
/// @param sensor whether it waits for something outside, so that `sensor` makes sense
public record TaskKind(String name, Set<String> keys, Set<String> required, boolean sensor) {

  public TaskKind {
    keys = Set.copyOf(keys);
    required = Set.copyOf(required);
    if (!keys.containsAll(required)) {
      throw new IllegalArgumentException(
          "task kind '%s': required %s (expected: each one of %s)".formatted(name, required, keys));
    }
  }
}
