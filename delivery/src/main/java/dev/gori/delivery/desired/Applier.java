package dev.gori.delivery.desired;

import dev.gori.git.CommitId;
import java.util.List;

/// Brings a part of the desired state to whoever serves it, such as rule files to the metrics role.
/// Applying the same again changes nothing.
public interface Applier {

  /// Shown as a stage of the change, such as `rules/metrics`.
  String name();

  /// Whether a file is of this applier's part. The path is relative to the environment's folder.
  boolean concerns(String path);

  /// @return problems; when there are any, what ran before still runs
  List<String> apply(DesiredFiles files);

  /// Hears which commit's state the environment has now as a whole, also when nothing of this part
  /// changed.
  default void applied(CommitId commit) {}
}
