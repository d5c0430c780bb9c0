package dev.gori.delivery.sync;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// How far the environment is with what Git declares.
///
/// @param head the newest commit; empty before the first
/// @param applied the commit whose state runs
/// @param problems why the head is refused or could not be applied
/// @param warnings what the applied commit declares and nothing uses
/// @param git why the repository cannot be asked; empty when it can
/// @param trouble why the last look could not be finished; empty when it could
/// @param drift what differs from Git now, in words
/// @param looked the last full look at the repository: one that reached it and came to its end
public record SyncStatus(
    Optional<String> head,
    Optional<String> applied,
    List<String> problems,
    List<String> warnings,
    Optional<String> git,
    Optional<String> trouble,
    List<String> drift,
    Optional<Instant> looked) {

  public static final SyncStatus NONE =
      new SyncStatus(
          Optional.empty(),
          Optional.empty(),
          List.of(),
          List.of(),
          Optional.empty(),
          Optional.empty(),
          List.of(),
          Optional.empty());

  public SyncStatus {
    problems = List.copyOf(problems);
    warnings = List.copyOf(warnings);
    drift = List.copyOf(drift);
  }

  /// The same after a look that could not be finished.
  SyncStatus stuck(String why) {
    return new SyncStatus(head, applied, problems, warnings, git, Optional.of(why), drift, looked);
  }

  /// @param age since the last full pass over the repository, or since the start
  /// @param longest that the age may be before the repository's state counts as unknown
  public SyncState state(Duration age, Duration longest) {
    return trouble.isEmpty() && age.compareTo(longest) > 0 ? SyncState.STALLED : state();
  }

  SyncState state() {
    if (trouble.isPresent()) {
      return SyncState.FAILED;
    }
    if (!problems.isEmpty()) {
      return SyncState.REFUSED;
    }
    if (applied.isEmpty()) {
      return SyncState.UNKNOWN;
    }
    return head.equals(applied) && drift.isEmpty() ? SyncState.SYNCED : SyncState.OUT_OF_SYNC;
  }
}
