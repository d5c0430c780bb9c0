package dev.gori.metrics.remote.sender;

import dev.gori.base.journal.Journal;
import dev.gori.base.journal.Journal.Place;
import dev.gori.base.journal.Sync;
import dev.gori.base.journal.SyncPace;
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

/// What is to be sent, on disk, for all receivers together. Bounded: the oldest segment goes when
/// it is full.
///
/// A queue whose disk has failed takes nothing until it could be opened anew, which is tried again
/// after a pause. Threads: every call is safe from any thread; appends of several callers share a
/// sync.
final class DiskQueue implements AutoCloseable {

  private static final Duration REPAIR_INTERVAL = Duration.ofSeconds(10);
  private static final int MAX_ITEMS_PER_RECORD = 500;
  private static final long MAX_RECORD_BYTES = 1L << 20;

  /// Characters in the labels and bytes of an item; three bytes for each character fit a record
  /// beside others.
  private static final long MAX_ITEM_BYTES = 4L << 20;

  private static final Bytes SEGMENT = Bytes.mebi(16);

  /// A record, and the place behind it.
  record Read(QueueRecord record, Place next) {}

  private final Disk disk;
  private final Path folder;
  private final Bytes limit;
  private final Journal.Settings settings;
  private final Time time;
  private final SyncPace pace;
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
    this.pace = new SyncPace(time);
    this.log = log;
    this.journal = openJournal();
  }

  static DiskQueue open(Disk disk, Path folder, Bytes limit, Time time, Logger log) throws IOException {
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
            log.warn("forwarding: a record of the queue is passed over: {}", e.getMessage());
          }
        },
        what -> log.warn("forwarding: queue {}", what));
  }

  /// Says that so many were queued before, where the records that told so are gone.
  synchronized void raiseTotal(SampleCounts counts) {
    total = SampleCounts.max(total, counts);
  }

  /// Queues items; when they are durable is the caller's choice.
  ///
  /// An item that is too large for a record is left out. What is not kept shows as a gap in what is
  /// counted before later records.
  ///
  /// @throws IOException when the disk does not take them
  void add(List<QueueItem> items, Sync sync) throws IOException {
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

  /// Items in portions that fit one record.
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
          "forwarding: a sample of '{}' with labels of {} characters is not sent on"
              + " (expected: at most {}; said once, counted as dropped)",
          item.series().metric(),
          size(item),
          MAX_ITEM_BYTES);
    }
  }

  private static long size(QueueItem item) {
    long size = item instanceof QueueItem.HistogramSample histogram ? histogram.message().length : 16;
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
      throw new IOException("the queue's disk failed, and is tried again at " + retryAt);
    }
    retryAt = time.now().plus(REPAIR_INTERVAL);
    try {
      journal.close(); // it has failed, and this lets go of its file
    } catch (IOException _) {
      log.debug("forwarding: the failed queue is opened anew");
    }
    journal = openJournal();
    broken = false;
  }

  /// The first record at or behind a place.
  Optional<Read> next(Place from) throws IOException {
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
        log.warn("forwarding: a record of the queue is passed over: {}", e.getMessage());
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

  /// Behind the last record.
  synchronized QueuePosition end() {
    return new QueuePosition(journal.end(), total);
  }

  synchronized SampleCounts total() {
    return total;
  }

  /// Deletes what is before a place that everybody has passed.
  void release(Place passed) throws IOException {
    current().dropBefore(passed.segment());
  }

  @Override
  public void close() throws IOException {
    current().close();
  }
}
