package dev.gori.app;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/// The roles that one process can run for an environment, in the order in which they are built;
/// `--roles` selects some.
enum RoleName {
  STORE,
  REGISTRY,
  ALERTS,
  METRICS,
  LOGS,
  PIPELINES,
  GATEWAY,
  DELIVERY;

  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// The path prefix of the role's API on its environment's port.
  String basePath() {
    return switch (this) {
      case REGISTRY -> "/mlflow";
      case ALERTS -> "/alertmanager";
      case METRICS -> "/prometheus";
      case STORE, LOGS, PIPELINES, GATEWAY, DELIVERY -> "";
    };
  }

  /// @throws IllegalArgumentException for an unknown role
  static Set<RoleName> parse(Iterable<String> names) {
    var roles = EnumSet.noneOf(RoleName.class);
    for (var name : names) {
      try {
        roles.add(valueOf(name.strip().toUpperCase(Locale.ROOT)));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            "--roles '%s' (expected: some of %s)".formatted(name, all()), e);
      }
    }
    return roles;
  }

  static String all() {
    return String.join(", ", EnumSet.allOf(RoleName.class).stream().map(RoleName::label).toList());
  }
}
