package dev.gori.git;

/// What came of a commit.
public sealed interface Written {

  /// The branch now points to this commit.
  record Committed(Commit commit) implements Written {}

  /// The edits change nothing; the branch stays at its head.
  record Unchanged(CommitId head) implements Written {}
}
