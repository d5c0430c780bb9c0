package dev.gori.git;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What it takes to undo a commit on top of a tree.
public sealed interface RevertMerge {

  /// These edits revert the commit; none when the head contains none of its changes any more.
  record Clean(Map<String, Optional<byte[]>> edits) implements RevertMerge {
    public Clean {
      edits = new LinkedHashMap<>(edits);
    }
  }

  /// Later commits changed the same lines of these files.
  record Conflict(List<String> paths) implements RevertMerge {
    public Conflict {
      paths = List.copyOf(paths);
    }
  }
}
