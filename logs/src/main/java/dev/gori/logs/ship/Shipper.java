package dev.gori.logs.ship;

import dev.gori.base.observe.SelfMetrics;
import dev.gori.base.run.Backoff;
import dev.gori.base.run.PeriodicTask;
import dev.gori.clients.LokiClient;
import dev.gori.kernel.disk.Disk;
import dev.gori.kernel.id.EnvironmentName;
import dev.gori.kernel.label.Labels;
import dev.gori.kernel.time.Time;
import io.prometheus.metrics.core.metrics.Counter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/// Follows the log files of one environment and pushes their lines.
///
/// It writes a position after the server acknowledged the lines before it. After a crash between
/// the two it sends these lines again, and the store ignores duplicates. While the server is
/// unavailable it reads nothing: the files are the queue.
public final class Shipper implements AutoCloseable {

  private static final int CHUNK_SIZE = 1 << 20;
  private static final int MAX_CHUNKS_PER_PASS = 64;
  private static final Duration POLL_INTERVAL = Duration.ofSeconds(1);
  private static final Backoff BACKOFF =
      new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(30), Integer.MAX_VALUE);
  private static final FilePosition NEW = new FilePosition("", 0, 0, 0, 0, 0);

  private final EnvironmentName environment;
  private final LogDirectory files;
  private final LokiClient loki;
  private final Time time;
  private final Disk disk;
  private final Path positionFile;
  private final Logger log;
  private final Counter shipped;
  private final Random jitter = new Random();
  private final Map<Long, FilePosition> positions =
      new HashMap<>(); // used only by the shipper's thread
  private Instant notBefore = Instant.MIN;
  private int failures;
  private @Nullable PeriodicTask loop;

  /// The log directory, the receiver and the state directory.
  ///
  /// @param logDirectory the directory of the log files
  /// @param stateDirectory the directory of the positions file
  public record Config(
      EnvironmentName environment, Path logDirectory, LokiClient client, Path stateDirectory) {}

  private Shipper(Config route, Time time, Disk disk, Logger log, SelfMetrics metrics) {
    this.environment = route.environment();
    this.files = new LogDirectory(route.logDirectory());
    this.loki = route.client();
    this.time = time;
    this.disk = disk;
    this.positionFile = route.stateDirectory().resolve("positions.json");
    this.log = log;
    this.shipped =
        Counter.builder()
            .name("logs_shipped_entries_total")
            .help("Lines of log files by outcome.")
            .labelNames("outcome")
            .register(metrics.registry());
  }

  /// Reads the positions. If the positions file is unreadable, logs a warning and ships all files
  /// from the start.
  public static Shipper open(Config route, Time time, Disk disk, Logger log, SelfMetrics metrics)
      throws IOException {
    var shipper = new Shipper(route, time, disk, log, metrics);
    disk.createDirectories(route.stateDirectory());
    try {
      FilePosition.read(disk.readWhole(shipper.positionFile))
          .forEach(p -> shipper.positions.put(p.inode(), p));
    } catch (NoSuchFileException _) {
      log.info("no positions file, shipping all log files file={}", shipper.positionFile);
    } catch (RuntimeException e) {
      log.warn(
          "cannot read positions file, shipping all log files file={}: {}",
          shipper.positionFile,
          e.getMessage());
    }
    return shipper;
  }

  /// Starts the shipper's thread.
  public void start() {
    loop = PeriodicTask.start(time, "logs-shipper", POLL_INTERVAL, this::ship);
  }

  /// Ships the new lines of every file, with a limit for each file.
  ///
  /// @return how many lines were acknowledged
  public int ship() throws IOException {
    if (time.now().isBefore(notBefore)) {
      return 0;
    }
    var found = files.files();
    positions.keySet().retainAll(found.stream().map(LogDirectory.LogFile::inode).toList());
    int lines = 0;
    for (var file : found) {
      int sent = tail(file);
      if (sent < 0) {
        break;
      }
      lines += sent;
    }
    return lines;
  }

  /// @return lines that were acknowledged; -1 when the server is unavailable
  private int tail(LogDirectory.LogFile file) throws IOException {
    int lines = 0;
    for (int chunk = 0; chunk < MAX_CHUNKS_PER_PASS; chunk++) {
      var known = positions.getOrDefault(file.inode(), NEW);
      if (known.offset() == file.size()
          && known.headLength() > 0
          && known.name().equals(file.path().getFileName().toString())) {
        return lines;
      }
      LogDirectory.FileChunk read;
      try {
        read = LogDirectory.read(file, known, CHUNK_SIZE);
      } catch (NoSuchFileException _) {
        return lines; // rotated since the listing; the next pass finds it under its new name
      }
      int end = endOfLines(read.bytes());
      if (end == 0) {
        return lines;
      }
      int sent = send(file, read, end);
      if (sent < 0) {
        return -1;
      }
      lines += sent;
    }
    return lines;
  }

  /// Returns the length of the complete lines. A full chunk without a line end is part of a line
  /// that is too long, and is ignored.
  private static int endOfLines(byte[] bytes) {
    for (int i = bytes.length; i > 0; i--) {
      if (bytes[i - 1] == '\n') {
        return i;
      }
    }
    return bytes.length == CHUNK_SIZE ? CHUNK_SIZE : 0;
  }

  private int send(LogDirectory.LogFile file, LogDirectory.FileChunk chunk, int end)
      throws IOException {
    var streams = new TreeMap<Labels, List<LokiClient.Entry>>();
    long last = chunk.position().lastNanos();
    int count = 0;
    for (var text : new String(chunk.bytes(), 0, end, StandardCharsets.UTF_8).split("\n")) {
      if (!text.isBlank()) {
        var line = ParsedLine.of(text);
        last = line.nanos() > 0 ? line.nanos() : last > 0 ? last + 1 : nanos(time.now());
        streams
            .computeIfAbsent(
                ParsedLine.stream(file.role(), line.level(), environment), _ -> new ArrayList<>())
            .add(new LokiClient.Entry(last, text));
        count++;
      }
    }
    var batch = new ArrayList<LokiClient.Stream>();
    streams.forEach((labels, entries) -> batch.add(new LokiClient.Stream(labels, entries)));
    return switch (batch.isEmpty() ? new LokiClient.Outcome.Accepted(0) : loki.push(batch)) {
      case LokiClient.Outcome.Accepted _ ->
          acknowledged("shipped", count, chunk.position(), end, last);
      case LokiClient.Outcome.Refused(int _, String why) -> {
        log.warn(
            "log store rejected a batch at least in part, its lines are dropped file={} offset={} lines={}: {}",
            file.path().getFileName(),
            chunk.position().offset(),
            count,
            why);
        yield acknowledged("refused", count, chunk.position(), end, last);
      }
      case LokiClient.Outcome.Unavailable(String why) -> {
        failures++;
        var wait = BACKOFF.delay(failures, jitter);
        notBefore = time.now().plus(wait);
        if (failures == 1) {
          log.warn("cannot push log lines, the shipper retries: {}", why);
        }
        yield -1;
      }
    };
  }

  private int acknowledged(String outcome, int count, FilePosition position, int end, long last)
      throws IOException {
    if (failures > 0) {
      log.info("shipper pushes log lines again failures={}", failures);
      failures = 0;
    }
    positions.put(position.inode(), position.at(position.name(), position.offset() + end, last));
    disk.writeWhole(positionFile, FilePosition.write(positions.values()));
    shipped.labelValues(outcome).inc(count);
    return count;
  }

  private static long nanos(Instant at) {
    return Math.addExact(Math.multiplyExact(at.getEpochSecond(), 1_000_000_000L), at.getNano());
  }

  /// Waits for the current pass. The shipper sends the remaining lines after the next start.
  @Override
  public void close() {
    var running = loop;
    if (running != null) {
      running.close();
    }
    loki.close();
  }
}
