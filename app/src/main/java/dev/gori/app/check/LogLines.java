package dev.gori.app.check;

import dev.gori.app.running.RunningEnvironment;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/// Log lines of a running environment, by its Loki API.
final class LogLines {

  private static final int MOST = 5_000;
  private static final long NANOS = 1_000_000_000L;

  record Entry(Instant at, String line) {}

  private LogLines() {}

  static List<Entry> range(RunningEnvironment environment, String query, Instant from, Instant to) {
    return environment.logs().queryRange(query, from, to, MOST).stream()
        .flatMap(stream -> stream.entries().stream())
        .map(
            entry ->
                new Entry(
                    Instant.ofEpochSecond(entry.nanos() / NANOS, entry.nanos() % NANOS),
                    entry.line()))
        .toList();
  }

  static List<Entry> lately(RunningEnvironment environment, String query, Duration window) {
    var now = environment.now();
    return range(environment, query, now.minus(window), now);
  }
}
