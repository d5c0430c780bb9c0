package dev.gori.git;

import java.util.List;

/// What came of reverting a commit.
public sealed interface RevertResult {

  /// The branch now points to this commit, which undoes the other.
  record Done(Commit commit) implements RevertResult {}

  /// Nothing of the commit is left at the head.
  record NothingLeft(CommitId head) implements RevertResult {}

  /// Later commits changed the same lines of these files; nothing was written.
  record Conflicted(List<String> paths) implements RevertResult {
    public Conflicted {
      paths = List.copyOf(paths);
    }
  }
}
