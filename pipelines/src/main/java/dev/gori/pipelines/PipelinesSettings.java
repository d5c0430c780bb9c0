package dev.gori.pipelines;

import dev.gori.base.conf.Problems;
import dev.gori.base.conf.Section;
import dev.gori.kernel.id.Bytes;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// The section `pipelines:` of `environment.yaml`.
///
/// @param database where runs are stored: `sqlite:FILE` or `postgresql://…`; if absent, a SQLite
///   file in the role's folder
/// @param tasksAtOnce the maximum number of concurrent attempts, over all runs
/// @param longestLog the maximum size of an attempt's log; further lines are dropped, and a last
///   line reports this
/// @param stopGrace how long a stopped task may take to end before the scheduler stops waiting for
///   it
/// @param keep the retention of finished runs
/// @param isolation what `process` tasks see of the machine; if absent, `namespace` where the
///   machine supports it, else `none`
/// @param visible paths that a namespace mounts read-only in addition to the system's folders
public record PipelinesSettings(
    Optional<String> database,
    int tasksAtOnce,
    Bytes longestLog,
    Duration stopGrace,
    Keep keep,
    Optional<IsolationMode> isolation,
    List<Path> visible) {

  /// The retention of finished runs; nothing of an open run is deleted.
  ///
  /// @param files how long logs and working folders are kept
  /// @param bytes the maximum size of all logs and working folders; those of the runs that ended
  ///   first are deleted first
  /// @param history how long the database keeps the record of a run
  /// @param runs the maximum number of records of one pipeline
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

  /// Reads the section. An invalid value is reported, and its default applies.
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
