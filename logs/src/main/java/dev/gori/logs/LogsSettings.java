package dev.gori.logs;

import dev.gori.base.conf.Problems;
import dev.gori.base.conf.Section;
import dev.gori.kernel.id.Bytes;
import java.time.Duration;

/// The keys of `logs:` in an environment's file, with their defaults and limits.
///
/// @param retention how long lines are kept
/// @param maxLineSize the largest line that a push may have
/// @param maxStreams the most streams in memory
/// @param maxAge the greatest age of a line when it arrives
/// @param maxEntries the most lines that one query returns
/// @param maxQueryLines the most lines that one query reads
/// @param evaluationInterval how often rule groups without an interval of their own are evaluated
/// @param resendDelay how long a firing alert waits before it is sent again
public record LogsSettings(
    Duration retention,
    Bytes maxLineSize,
    int maxStreams,
    Duration maxAge,
    int maxEntries,
    long maxQueryLines,
    Duration evaluationInterval,
    Duration resendDelay) {

  public static final LogsSettings DEFAULTS =
      new LogsSettings(
          Duration.ofDays(7),
          Bytes.kibi(256),
          10_000,
          Duration.ofDays(7),
          5_000,
          20_000_000,
          Duration.ofMinutes(1),
          Duration.ofMinutes(1));

  public static LogsSettings read(Section section, Problems problems) {
    var settings =
        new LogsSettings(
            section.duration("retention", DEFAULTS.retention()),
            section.bytes("max_line_size", DEFAULTS.maxLineSize()),
            (int) section.integer("max_streams", DEFAULTS.maxStreams()),
            section.duration("reject_old_samples_max_age", DEFAULTS.maxAge()),
            (int) section.integer("max_entries_limit", DEFAULTS.maxEntries()),
            section.integer("max_query_lines", DEFAULTS.maxQueryLines()),
            section.duration("evaluation_interval", DEFAULTS.evaluationInterval()),
            section.duration("resend_delay", DEFAULTS.resendDelay()));
    section.finish();
    problems.expect(
        !settings.retention().isZero(), section.where("retention"), "0", "more than 0s");
    problems.expect(
        settings.maxStreams() > 0,
        section.where("max_streams"),
        settings.maxStreams(),
        "1 or more");
    problems.expect(
        settings.maxEntries() > 0,
        section.where("max_entries_limit"),
        settings.maxEntries(),
        "1 or more");
    problems.expect(
        !settings.evaluationInterval().isZero(),
        section.where("evaluation_interval"),
        "0",
        "more than 0s");
    return settings;
  }
}
