package dev.gori.delivery.desired;

import dev.gori.base.conf.Problems;
import java.util.List;

/// Checks a part of the desired state without touching anything that runs. The app passes in those
/// of the other roles.
@FunctionalInterface
public interface DesiredStateCheck {

  /// Notes every problem, each starting with `file:line`.
  void check(DesiredFiles files, Problems problems);

  /// What is declared and nothing uses, each starting with its file.
  default List<String> warnings(DesiredFiles files) {
    return List.of();
  }
}
