package dev.gori.delivery.desired;

import dev.gori.base.conf.Problems;
import java.util.List;

/// Checks one part of the desired state without changing anything that runs. The app passes in the
/// checks of the other roles' files.
@FunctionalInterface
public interface DesiredStateCheck {

  /// Reports every problem; each starts with `file:line`.
  void check(DesiredFiles files, Problems problems);

  /// What the files declare but nothing uses; each warning starts with its file.
  default List<String> warnings(DesiredFiles files) {
    return List.of();
  }
}
