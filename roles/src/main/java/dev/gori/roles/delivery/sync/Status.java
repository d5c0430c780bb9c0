package dev.gori.roles.delivery.sync;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// How far the environment is with what Git declares.
///
/// @param head the newest commit; empty before the first
/// @param applied the commit whose state runs
/// @param problems why the head is refused or could not be applied
/// @param git why the repository cannot be asked; empty when it can
/// @param drift what differs from Git now, in words
/// @param looked the last look at the repository
public record Status(
        Optional<String> head,
        Optional<String> applied,
        List<String> problems,
        Optional<String> git,
        List<String> drift,
        Optional<Instant> looked) {

    public static final Status NONE =
            new Status(
                    Optional.empty(),
                    Optional.empty(),
                    List.of(),
                    Optional.empty(),
                    List.of(),
                    Optional.empty());

    public Status {
        problems = List.copyOf(problems);
        drift = List.copyOf(drift);
    }

    /// `synced`, `refused`, `failed`, `rolling_out`, `out_of_sync` or `unknown`.
    public String label() {
        if (applied.isEmpty() && problems.isEmpty()) {
            return "unknown";
        }
        if (!problems.isEmpty()) {
            return "refused";
        }
        return head.equals(applied) && drift.isEmpty() ? "synced" : "out_of_sync";
    }
}
