package dev.gori.console;

import java.util.List;

/// A part of a page: what was asked for, or why it could not be had.
///
/// @param problem empty when the items are there
public record Card<T>(List<T> items, String problem) {

  public Card {
    items = List.copyOf(items);
  }

  static <T> Card<T> of(List<T> items) {
    return new Card<>(items, "");
  }

  static <T> Card<T> without(String problem) {
    return new Card<>(List.of(), problem);
  }

  public boolean hasProblem() {
    return !problem.isEmpty();
  }
}
