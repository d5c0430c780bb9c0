package dev.gori.git;

/// What came of a commit.
public sealed interface CommitResult {

  /// The branch now points to this commit.
  record Committed(Commit commit) implements CommitResult {}

  /// The edits change nothing; the branch stays at its head.
  record Unchanged(CommitId head) implements CommitResult {}
}
