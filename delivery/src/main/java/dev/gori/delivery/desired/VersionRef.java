package dev.gori.delivery.desired;

/// Which version a variant serves.
public sealed interface VersionRef {

  record Version(int number) implements VersionRef {}

  /// The version that the registry's alias points to.
  record Alias(String name) implements VersionRef {}
}
