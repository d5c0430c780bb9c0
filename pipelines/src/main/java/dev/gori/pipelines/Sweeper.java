package dev.gori.pipelines;

import dev.gori.base.run.PeriodicTask;
import dev.gori.kernel.disk.Disk;
import dev.gori.kernel.time.Time;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.slf4j.Logger;

/// Applies the retention to finished runs. Deletes their logs and working folders by age and by
/// total size, those of the runs that ended first first; deletes their database records later.
/// Deletes nothing of an open run, whatever its age.
final class Sweeper {

  private static final Duration FIRST = Duration.ofMinutes(1);
  private static final Duration PAUSE = Duration.ofHours(1);

  /// A finished run that has folders.
  ///
  /// @param ended the epoch for a run that the database no longer contains
  private record Swept(String run, Instant ended, long bytes) {}

  private final RunStore store;
  private final List<Path> folders;
  private final PipelinesSettings.Keep keep;
  private final Time time;
  private final Logger log;

  Sweeper(RunStore store, List<Path> folders, PipelinesSettings.Keep keep, Time time, Logger log) {
    this.store = store;
    this.folders = folders;
    this.keep = keep;
    this.time = time;
    this.log = log;
  }

  PeriodicTask start() {
    return PeriodicTask.startAfter(FIRST, time, "pipelines-sweeper", PAUSE, this::sweep);
  }

  void sweep() throws IOException {
    var over = new ArrayList<Swept>();
    long bytes = 0;
    for (var run : withFolders()) {
      var size = bytes(run);
      bytes += size;
      ended(run).ifPresent(ended -> over.add(new Swept(run, ended, size)));
    }
    over.sort(Comparator.comparing(Swept::ended));
    var oldest = time.now().minus(keep.files());
    int swept = 0;
    for (var run : over) {
      if (run.ended().isAfter(oldest) && bytes <= keep.bytes().count()) {
        break;
      }
      if (ended(run.run()).isEmpty()) {
        continue; // a retry has reopened it
      }
      for (var folder : folders) {
        Disk.local().delete(folder.resolve(run.run()));
      }
      bytes -= run.bytes();
      swept++;
    }
    int forgotten = store.forget(time.now().minus(keep.history()), keep.runs());
    if (swept > 0 || forgotten > 0) {
      log.info("pipelines swept runs={} left_bytes={} forgotten_runs={}", swept, bytes, forgotten);
    }
  }

  private TreeSet<String> withFolders() throws IOException {
    var runs = new TreeSet<String>();
    for (var folder : folders) {
      if (Files.isDirectory(folder)) {
        try (var entries = Files.list(folder)) {
          entries.forEach(entry -> runs.add(entry.getFileName().toString()));
        }
      }
    }
    return runs;
  }

  /// When the run ended; empty while it is open, the epoch if the database does not contain it.
  private Optional<Instant> ended(String run) {
    return store
        .run(run)
        .map(record -> record.state().isFinal() ? record.ended() : Optional.<Instant>empty())
        .orElse(Optional.of(Instant.EPOCH));
  }

  private long bytes(String run) throws IOException {
    var sum = new long[1];
    for (var folder : folders) {
      if (Files.exists(folder.resolve(run))) {
        Files.walkFileTree(
            folder.resolve(run),
            new SimpleFileVisitor<>() {
              @Override
              public FileVisitResult visitFile(Path file, BasicFileAttributes has) {
                sum[0] += has.size();
                return FileVisitResult.CONTINUE;
              }

              @Override
              public FileVisitResult visitFileFailed(Path file, IOException e) {
                return FileVisitResult.CONTINUE; // deleted concurrently
              }
            });
      }
    }
    return sum[0];
  }
}
