package dev.gori.metrics.remote.sender;

import dev.gori.base.journal.Journal;
import dev.gori.base.journal.Journal.Position;
import dev.gori.base.journal.SyncPolicy;
import dev.gori.base.journal.SyncThrottle;
import dev.gori.kernel.disk.Disk;
import dev.gori.kernel.id.Bytes;
import dev.gori.kernel.time.Time;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;

/// The queue on disk that all destinations share. When it is full, its oldest segment is deleted.
///
/// After a disk failure the queue rejects items until it can be reopened, which it tries after a
/// pause. Threads: all calls are thread-safe; concurrent appends share a sync.
final class DiskQueue implements AutoCloseable {

  private static final Duration REPAIR_INTERVAL = Duration.ofSeconds(10);
  private static final int MAX_ITEMS_PER_RECORD = 500;
  private static final long MAX_RECORD_BYTES = 1L << 20;

  /// Limit on the size of an item: characters of its labels plus bytes of its value. A character
  /// takes up to three bytes.
  private static final long MAX_ITEM_BYTES = 4L << 20;

  private static final Bytes SEGMENT = Bytes.mebi(16);

  /// A record and the position after it.
  record Read(QueueRecord record, Position next) {}

  private final Disk disk;
  private final Path folder;
  private final Bytes limit;
  private final Journal.Settings settings;
  private final Time time;
  private final SyncThrottle pace;
  private final Logger log;
  private Journal journal;
  private SampleCounts total = SampleCounts.NONE;
  private long segment;
  private Instant retryAt = Instant.MIN;
  private boolean broken;
  private boolean tooLargeLogged;

  private DiskQueue(Disk disk, Path folder, Bytes limit, Time time, Logger log) throws IOException {
    this.disk = disk;
    this.folder = folder;
    this.settings =
        new Journal.Settings(
            new Bytes(Math.min(SEGMENT.count(), limit.count() / 4)),
            Journal.Settings.DEFAULTS.record());
    this.limit = limit;
    this.time = time;
    this.pace = new SyncThrottle(time);
    this.log = log;
    this.journal = openJournal();
  }

  static DiskQueue open(Disk disk, Path folder, Bytes limit, Time time, Logger log)
      throws IOException {
    return new DiskQueue(disk, folder, limit, time, log);
  }

  private Journal openJournal() throws IOException {
    return Journal.open(
        disk,
        folder,
        settings,
        payload -> {
          try {
            total = SampleCounts.max(total, QueueRecord.read(payload).after());
          } catch (IOException e) {
            log.warn("remote write: skipped a record of the queue: {}", e.getMessage());
          }
        },
        what -> log.warn("remote write: queue {}", what));
  }

  /// Raises the total to the count that a position recorded, if the records up to it are gone.
  synchronized void raiseTotal(SampleCounts counts) {
    total = SampleCounts.max(total, counts);
  }

  /// Appends items.
  ///
  /// An item that is too large for a record is dropped. Dropped items show as a gap between the
  /// counts of the records.
  ///
  /// @param sync when the items must be durable
  /// @throws IOException if the disk fails
  void add(List<QueueItem> items, SyncPolicy sync) throws IOException {
    Journal used;
    synchronized (this) {
      var after = total.plus(QueueItem.count(items));
      try {
        repair();
        used = journal;
        for (var part : parts(items)) {
          append(part);
        }
      } finally {
        total = after;
      }
    }
    try {
      if (pace.claim(sync)) {
        used.sync();
      }
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private void append(List<QueueItem> part) throws IOException {
    try {
      long now = journal.append(QueueRecord.whole(total, QueueRecord.body(part)));
      total = total.plus(QueueItem.count(part));
      if (now != segment) {
        segment = now;
        journal.dropBeyond(new Bytes(limit.count() - settings.segment().count()));
      }
    } catch (IOException e) {
      throw failed(e);
    }
  }

  /// Splits items into parts that fit a record.
  private List<List<QueueItem>> parts(List<QueueItem> items) {
    var parts = new ArrayList<List<QueueItem>>();
    var part = new ArrayList<QueueItem>();
    long size = 0;
    for (var item : items) {
      if (size(item) > MAX_ITEM_BYTES) {
        logTooLarge(item);
        continue;
      }
      if (part.size() == MAX_ITEMS_PER_RECORD || size > MAX_RECORD_BYTES) {
        parts.add(part);
        part = new ArrayList<>();
        size = 0;
      }
      part.add(item);
      size += size(item);
    }
    if (!part.isEmpty()) {
      parts.add(part);
    }
    return parts;
  }

  private void logTooLarge(QueueItem item) {
    if (!tooLargeLogged) {
      tooLargeLogged = true;
      log.warn(
          "remote write: dropped a sample of '{}' with labels of {} characters"
              + " (expected: at most {}; logged once)",
          item.series().metric(),
          size(item),
          MAX_ITEM_BYTES);
    }
  }

  private static long size(QueueItem item) {
    long size =
        item instanceof QueueItem.HistogramSample histogram ? histogram.message().length : 16;
    for (int i = 0; i < item.series().size(); i++) {
      size += item.series().nameAt(i).length() + item.series().valueAt(i).length();
    }
    return size;
  }

  private synchronized IOException failed(IOException e) {
    broken = true;
    retryAt = time.now().plus(REPAIR_INTERVAL);
    return e;
  }

  private void repair() throws IOException {
    if (!broken) {
      return;
    }
    if (time.now().isBefore(retryAt)) {
      throw new IOException("the disk of the queue failed; next attempt at " + retryAt);
    }
    retryAt = time.now().plus(REPAIR_INTERVAL);
    try {
      journal.close(); // closes its file; the journal has failed already
    } catch (IOException _) {
      log.debug("remote write: reopening the failed queue");
    }
    journal = openJournal();
    broken = false;
  }

  /// The first record at or after a position.
  Optional<Read> next(Position from) throws IOException {
    var at = from;
    while (true) {
      var entry = current().next(at);
      if (entry.isEmpty()) {
        return Optional.empty();
      }
      at = entry.get().next();
      try {
        return Optional.of(
            new Read(QueueRecord.read(ByteBuffer.wrap(bytes(entry.get().payload()))), at));
      } catch (IOException e) {
        log.warn("remote write: skipped a record of the queue: {}", e.getMessage());
      }
    }
  }

  private static byte[] bytes(ByteBuffer payload) {
    var bytes = new byte[payload.remaining()];
    payload.get(bytes);
    return bytes;
  }

  private synchronized Journal current() {
    return journal;
  }

  /// The position after the last record.
  synchronized QueuePosition end() {
    return new QueuePosition(journal.end(), total);
  }

  synchronized SampleCounts total() {
    return total;
  }

  /// Deletes segments before a position that all destinations have passed.
  void release(Position passed) throws IOException {
    current().dropBefore(passed.segment());
  }

  @Override
  public void close() throws IOException {
    current().close();
  }
}
