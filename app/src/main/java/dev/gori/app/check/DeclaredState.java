package dev.gori.app.check;

import java.util.Optional;

/// What Git declares, read from the repository itself and not from what a role says of it.
interface DeclaredState {

  /// @param path within the environment's folder, such as `serving.yaml`
  Optional<byte[]> file(String environment, String path);

  /// The commit that is at the head.
  String head();
}
