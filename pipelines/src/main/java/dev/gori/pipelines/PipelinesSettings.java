package dev.gori.pipelines;

import dev.gori.base.conf.Problems;
import dev.gori.base.conf.Section;
import dev.gori.kernel.id.Bytes;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Keys live in `pipelines:` of `environment.yaml`.
///
/// @param database where runs are kept: `sqlite:FILE` or `postgresql://…`; nothing for a SQLite
///   file in the role's folder
/// @param tasksAtOnce attempts at once, over all runs
/// @param longestLog what an attempt's log may grow to; what comes after is left out, with a line
///   that says so
/// @param stopGrace how long a task that was told to stop may take before it is left behind
/// @param keep what is kept of runs that are over
/// @param isolation what `process` tasks see of the machine; nothing for `namespace` where the
///   machine can, else `none`
/// @param visible what a namespace shows beside the system's folders, read-only
public record PipelinesSettings(
    Optional<String> database,
    int tasksAtOnce,
    Bytes longestLog,
    Duration stopGrace,
    Keep keep,
    Optional<IsolationMode> isolation,
    List<Path> visible) {

  /// What is kept of runs that are over; of open runs everything is.
  ///
  /// @param files how long logs and the runs' own folders stay
  /// @param bytes the most that they take together; the runs that ended first lose theirs first
  /// @param history how long the record of a run stays in the database
  /// @param runs the most records that stay of one pipeline
  public record Keep(Duration files, Bytes bytes, Duration history, int runs) {
    static final Keep DEFAULTS =
        new Keep(Duration.ofDays(30), Bytes.mebi(10 << 10), Duration.ofDays(365), 10_000);
  }

  /// Values of `isolation`.
  public enum IsolationMode {
    NONE,
    NAMESPACE
  }

  public static final PipelinesSettings DEFAULTS =
      new PipelinesSettings(
          Optional.empty(),
          8,
          Bytes.mebi(10),
          Duration.ofSeconds(10),
          Keep.DEFAULTS,
          Optional.empty(),
          List.of());

  public PipelinesSettings {
    visible = List.copyOf(visible);
  }

  /// Reads the section; what does not fit is noted and the default stands.
  public static PipelinesSettings read(Section section, Problems problems) {
    var normal = DEFAULTS;
    int atOnce = (int) section.integer("tasks_at_once", normal.tasksAtOnce);
    problems.expect(
        atOnce >= 1 && atOnce <= 1000, section.where("tasks_at_once"), atOnce, "1 to 1000");
    long runs = section.integer("most_runs", normal.keep.runs());
    problems.expect(
        runs >= 1 && runs <= 10_000_000, section.where("most_runs"), runs, "1 to 10000000");
    var settings =
        new PipelinesSettings(
            section.text("database"),
            atOnce,
            section.bytes("longest_log", normal.longestLog),
            section.duration("stop_grace", normal.stopGrace),
            new Keep(
                section.duration("keep_runs", normal.keep.files()),
                section.bytes("keep_bytes", normal.keep.bytes()),
                section.duration("keep_history", normal.keep.history()),
                (int) runs),
            section.scalar("isolation", "none or namespace", PipelinesSettings::isolation),
            visible(section, problems));
    section.finish();
    return settings;
  }

  private static IsolationMode isolation(String text) {
    return switch (text) {
      case "none" -> IsolationMode.NONE;
      case "namespace" -> IsolationMode.NAMESPACE;
      default -> throw new IllegalArgumentException(text);
    };
  }

  private static List<Path> visible(Section section, Problems problems) {
    var paths = section.texts("visible").stream().map(Path::of).toList();
    for (var path : paths) {
      problems.expect(
          path.isAbsolute() && path.getNameCount() > 0,
          section.where("visible"),
          path,
          "absolute paths, such as /opt/python");
    }
    return paths;
  }
}
