package dev.gori.git;

import java.util.List;

/// The outcome of reverting a commit.
public sealed interface RevertResult {

  /// The branch now points to this commit, which undoes the other.
  record Done(Commit commit) implements RevertResult {}

  /// The head contains none of the commit's changes any more.
  record NothingLeft(CommitId head) implements RevertResult {}

  /// Later commits changed the same lines of these files; nothing was written.
  record Conflicted(List<String> paths) implements RevertResult {
    public Conflicted {
      paths = List.copyOf(paths);
    }
  }
}
