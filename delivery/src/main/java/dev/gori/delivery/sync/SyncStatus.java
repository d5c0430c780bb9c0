package dev.gori.delivery.sync;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// The status of an environment's synchronization with Git.
///
/// @param head the newest commit; empty before the first
/// @param applied the commit whose state is active
/// @param problems why sync rejected the head or could not apply it
/// @param warnings what the applied commit declares but nothing uses
/// @param git why the repository is unreachable; empty when it is reachable
/// @param trouble why the last sync failed; empty when it succeeded
/// @param drift descriptions of the current differences from Git
/// @param looked when sync last polled the repository completely: it reached the repository and did
///   not fail
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

  /// The same status after a failed sync.
  SyncStatus stuck(String why) {
    return new SyncStatus(head, applied, problems, warnings, git, Optional.of(why), drift, looked);
  }

  /// @param age the time since the last complete poll of the repository, or since the start
  /// @param longest the maximum age before the repository's state counts as unknown
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
