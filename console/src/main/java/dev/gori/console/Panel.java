package dev.gori.console;

import java.util.List;

/// A panel of a page: its items, or why its role did not answer.
///
/// @param problem empty when the items are there
public record Panel<T>(List<T> items, String problem) {

  public Panel {
    items = List.copyOf(items);
  }

  static <T> Panel<T> of(List<T> items) {
    return new Panel<>(items, "");
  }

  static <T> Panel<T> without(String problem) {
    return new Panel<>(List.of(), problem);
  }

  public boolean hasProblem() {
    return !problem.isEmpty();
  }
}
