package dev.gori.pipelines.dag;

import java.util.Set;

/// A task that `uses` can name.
///
/// @param keys the keys that `with` may have
/// @param required the keys that `with` must have, a subset of `keys`
/// @param sensor whether the task waits for an external condition and so may have `sensor`
public record TaskType(String name, Set<String> keys, Set<String> required, boolean sensor) {

  public TaskType {
    keys = Set.copyOf(keys);
    required = Set.copyOf(required);
    if (!keys.containsAll(required)) {
      throw new IllegalArgumentException(
          "task kind '%s': required %s (expected: each one of %s)".formatted(name, required, keys));
    }
  }
}
