package dev.gori.roles.pipelines;

import dev.gori.kernel.id.Bytes;
import dev.gori.machinery.conf.Problems;
import dev.gori.machinery.conf.Section;
import java.time.Duration;
import java.util.Optional;

/// Keys live in `pipelines:` of `environment.yaml`.
///
/// @param database where runs are kept: `sqlite:FILE` or `postgresql://…`; nothing for a SQLite
///   file in the role's folder
/// @param tasksAtOnce attempts at once, over all runs
/// @param longestLog what an attempt's log may grow to; what comes after is left out, with a line
///   that says so
/// @param keepRuns how long a finished run's log files are kept; its record stays
/// @param stopGrace how long a task that was told to stop may take before it is left behind
public record PipelinesSettings(
        Optional<String> database,
        int tasksAtOnce,
        Bytes longestLog,
        Duration keepRuns,
        Duration stopGrace) {

    public static final PipelinesSettings DEFAULTS =
            new PipelinesSettings(
                    Optional.empty(),
                    8,
                    Bytes.mebi(10),
                    Duration.ofDays(30),
                    Duration.ofSeconds(10));

    /// Reads the section; what does not fit is noted and the default stands.
    public static PipelinesSettings read(Section section, Problems problems) {
        var normal = DEFAULTS;
        int atOnce = (int) section.integer("tasks_at_once", normal.tasksAtOnce);
        problems.expect(
                atOnce >= 1 && atOnce <= 1000, section.where("tasks_at_once"), atOnce, "1 to 1000");
        var settings =
                new PipelinesSettings(
                        section.text("database"),
                        atOnce,
                        section.bytes("longest_log", normal.longestLog),
                        section.duration("keep_runs", normal.keepRuns),
                        section.duration("stop_grace", normal.stopGrace));
        section.finish();
        return settings;
    }
}
