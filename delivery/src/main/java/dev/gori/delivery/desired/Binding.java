package dev.gori.delivery.desired;

/// Which version a variant serves.
public sealed interface Binding {

  record Version(int number) implements Binding {}

  /// Whatever the registry's alias points to.
  record Alias(String name) implements Binding {}
}
