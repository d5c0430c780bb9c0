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

  /// `synced`, `refused`, `failed`, `rolling_out`, `out_of_sync`, `stalled` or `unknown`.
  ///
  /// @param age since the last full look, or since the start
  /// @param longest that it may be before nothing is known of the repository any more
  public String label(Duration age, Duration longest) {
    if (trouble.isPresent()) {
      return "failed";
    }
    if (age.compareTo(longest) > 0) {
      return "stalled";
    }
    return label();
  }

  String label() {
    if (trouble.isPresent()) {
      return "failed";
    }
    if (applied.isEmpty() && problems.isEmpty()) {
      return "unknown";
    }
    if (!problems.isEmpty()) {
      return "refused";
    }
    return head.equals(applied) && drift.isEmpty() ? "synced" : "out_of_sync";
  }
}
