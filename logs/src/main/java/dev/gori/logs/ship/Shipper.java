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
/// A position is written after the server acknowledged what lies before it. After a crash in
/// between the same lines are sent again, and the store knows them by stream, moment and line.
/// While the server is away nothing is read: the files are the queue.
public final class Shipper implements AutoCloseable {

  private static final int PIECE = 1 << 20;
  private static final int PIECES_IN_A_ROUND = 64;
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
  private final Map<Long, FilePosition> positions = new HashMap<>(); // the loop's own
  private Instant notBefore = Instant.MIN;
  private int failures;
  private @Nullable PeriodicTask loop;

  /// What is shipped and where to.
  ///
  /// @param from the folder of the log files
  /// @param state a folder for the positions
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
            .help("Lines of log files by what became of them.")
            .labelNames("outcome")
            .register(metrics.registry());
  }

  /// Reads the positions; a file of positions that cannot be read is said, and everything is
  /// shipped again.
  public static Shipper open(Config route, Time time, Disk disk, Logger log, SelfMetrics metrics)
      throws IOException {
    var shipper = new Shipper(route, time, disk, log, metrics);
    disk.createDirectories(route.stateDirectory());
    try {
      FilePosition.read(disk.readWhole(shipper.positionFile))
          .forEach(p -> shipper.positions.put(p.inode(), p));
    } catch (NoSuchFileException _) {
      log.info("shipper starts without positions file={}", shipper.positionFile);
    } catch (RuntimeException e) {
      log.warn(
          "shipper positions file={} cannot be read and everything is shipped again: {}",
          shipper.positionFile,
          e.getMessage());
    }
    return shipper;
  }

  /// Starts the loop.
  public void start() {
    loop = PeriodicTask.start(time, "logs-shipper", POLL_INTERVAL, this::ship);
  }

  /// One round: everything that is there, up to a bound.
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

  /// @return lines that were acknowledged; -1 when the server is away
  private int tail(LogDirectory.LogFile file) throws IOException {
    int lines = 0;
    for (int piece = 0; piece < PIECES_IN_A_ROUND; piece++) {
      var known = positions.getOrDefault(file.inode(), NEW);
      if (known.offset() == file.size()
          && known.headLength() > 0
          && known.name().equals(file.path().getFileName().toString())) {
        return lines;
      }
      LogDirectory.FileChunk read;
      try {
        read = LogDirectory.read(file, known, PIECE);
      } catch (NoSuchFileException _) {
        return lines; // turned over just now; the next round finds it under its new name
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

  /// The length of the whole lines; a piece without any line end is one line that is too long, and
  /// is passed over.
  private static int endOfLines(byte[] bytes) {
    for (int i = bytes.length; i > 0; i--) {
      if (bytes[i - 1] == '\n') {
        return i;
      }
    }
    return bytes.length == PIECE ? PIECE : 0;
  }

  private int send(LogDirectory.LogFile file, LogDirectory.FileChunk piece, int end)
      throws IOException {
    var streams = new TreeMap<Labels, List<LokiClient.Entry>>();
    long last = piece.position().lastNanos();
    int count = 0;
    for (var text : new String(piece.bytes(), 0, end, StandardCharsets.UTF_8).split("\n")) {
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
          acknowledged("shipped", count, piece.position(), end, last);
      case LokiClient.Outcome.Refused(int _, String why) -> {
        log.warn(
            "shipper file={} offset={} lines={} were refused in part or whole and are passed over: {}",
            file.path().getFileName(),
            piece.position().offset(),
            count,
            why);
        yield acknowledged("refused", count, piece.position(), end, last);
      }
      case LokiClient.Outcome.Unavailable(String why) -> {
        failures++;
        var wait = BACKOFF.delay(failures, jitter);
        notBefore = time.now().plus(wait);
        if (failures == 1) {
          log.warn("shipper cannot push and waits, nothing is lost: {}", why);
        }
        yield -1;
      }
    };
  }

  private int acknowledged(String outcome, int count, FilePosition position, int end, long last)
      throws IOException {
    if (failures > 0) {
      log.info("shipper pushes again failures={}", failures);
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

  /// Waits for the round that is under way. What is not shipped is shipped after the next start.
  @Override
  public void close() {
    var running = loop;
    if (running != null) {
      running.close();
    }
    loki.close();
  }
}
