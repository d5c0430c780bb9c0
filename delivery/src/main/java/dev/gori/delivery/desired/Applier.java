package dev.gori.delivery.desired;

import dev.gori.git.CommitId;
import java.util.List;

/// Applies one part of the desired state to the role that serves it, such as rule files to the
/// metrics role. Applying the same files twice changes nothing.
public interface Applier {

  /// The name of the change's stage, such as `rules/metrics`.
  String name();

  /// Whether a file belongs to this applier. The path is relative to the environment's folder.
  boolean concerns(String path);

  /// @return problems; if there are any, the previous configuration stays active
  List<String> apply(DesiredFiles files);

  /// Called when the environment has the whole state of a commit, even if no file of this applier
  /// changed.
  default void applied(CommitId commit) {}
}
