package dev.gori.app.check;

import java.util.Optional;

/// What Git declares, read from the repository, not from a role.
interface DeclaredState {

  /// @param path within the environment's folder, such as `serving.yaml`
  Optional<byte[]> file(String environment, String path);

  /// The head commit.
  String head();
}
