package dev.gori.logs.store;

import dev.gori.base.journal.Journal;
import dev.gori.kernel.disk.Disk;
import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import dev.gori.kernel.label.Labels;
import dev.gori.kernel.life.OpenResources;
import dev.gori.kernel.time.Time;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The log store on disk: new entries are in the journal and in a head in memory, older entries in
/// segments.
final class DiskLogStore implements LogStore {

  /*
   * Acknowledgement
   * ---------------
   * A push goes into the head and the journal under the lock, then the journal is synced
   * outside of it, so that concurrent pushes share one sync. After a journal error it is
   * unknown what is on disk: the next push discards the head, opens the journal again and
   * replays it.
   *
   * Flush
   * -----
   * One critical section freezes the head and cuts the journal. The frozen head is written as
   * a segment, and only then the journal before the cut is deleted. A crash between the two
   * leaves entries both in the segment and in the journal. EntryMerger removes duplicates when
   * it reads, so a client may also send entries again after a flush.
   *
   * Readers copy the heads first and then the list of segments, so that they miss no entry that
   * a flush moves from one to the other.
   */

  private static final long MAX_RECORD = 4 << 20;

  private final Disk disk;
  private final Path folder;
  private final LogStoreSettings settings;
  private final Time time;
  private final Segments segments;
  private final Consumer<String> notice;
  private final OpenResources open = OpenResources.mark("log store");
  private final ReentrantLock lock = new ReentrantLock();
  private final ReentrantLock flushing = new ReentrantLock();
  private Journal journal;
  private Head head = new Head();
  private @Nullable Head frozen;
  private Instant headSince;
  private boolean broken;
  private boolean closed;

  private DiskLogStore(
      Disk disk,
      Path folder,
      LogStoreSettings settings,
      Time time,
      Segments segments,
      Consumer<String> notice)
      throws IOException {
    this.disk = disk;
    this.folder = folder;
    this.settings = settings;
    this.time = time;
    this.segments = segments;
    this.notice = notice;
    this.headSince = time.now();
    this.journal = replayJournal(head);
  }

  static DiskLogStore recover(
      Disk disk, Path folder, LogStoreSettings settings, Time time, Consumer<String> notice)
      throws IOException {
    var segments = Segments.open(disk, folder.resolve("segments"), notice);
    try {
      return new DiskLogStore(disk, folder, settings, time, segments, notice);
    } catch (IOException e) {
      segments.close();
      throw e;
    }
  }

  private Journal replayJournal(Head into) throws IOException {
    return Journal.open(
        disk,
        folder.resolve("journal"),
        Journal.Settings.DEFAULTS,
        record -> replay(record, into),
        what -> notice.accept("journal " + what));
  }

  private void replay(ByteBuffer record, Head into) {
    try {
      var stream = Encoding.labels(record);
      Encoding.entries(record).forEach(entry -> into.add(stream, entry));
    } catch (BufferUnderflowException e) {
      notice.accept(
          "journal %s: a record of %d bytes has a valid checksum but cannot be decoded; it is ignored"
              .formatted(folder, record.limit()));
    }
  }

  @Override
  public PushResult push(List<StreamBatch> batches) throws IOException {
    checkFreeSpace();
    var validator = new EntryValidator(settings, time);
    int stored = 0;
    int duplicates = 0;
    Journal current;
    boolean full;
    lock.lock();
    try {
      checkOpen();
      for (var batch : batches) {
        var good = validator.validate(batch);
        if (!good.isEmpty() && acceptsStream(batch, validator)) {
          int fresh = append(batch.stream(), good);
          stored += fresh;
          duplicates += good.size() - fresh;
        }
      }
      current = journal;
      full = head.bytes() >= settings.headBytes().count();
    } catch (IOException e) {
      throw failed(e);
    } finally {
      lock.unlock();
    }
    if (stored + duplicates > 0) {
      sync(current);
    }
    if (full) {
      flush();
    }
    return new PushResult(stored, duplicates, validator.rejected());
  }

  private void checkFreeSpace() throws IOException {
    long free = disk.free(folder);
    if (free < settings.minFreeSpace().count()) {
      throw new FaultException(
          Fault.STORAGE_FULL,
          "the disk of %s has %d bytes free (expected: at least %s); free disk space or shorten the retention"
              .formatted(folder, free, settings.minFreeSpace()));
    }
  }

  private void checkOpen() throws IOException {
    if (closed) {
      throw new IOException("the log store is closed");
    }
    if (broken) {
      closeQuietly(journal);
      var fresh = new Head();
      journal = replayJournal(fresh);
      head = fresh;
      broken = false;
      notice.accept(
          "%s recovered after a journal error: replayed %d bytes of acknowledged entries"
              .formatted(folder, fresh.bytes()));
    }
  }

  private void closeQuietly(Journal journal) {
    try {
      journal.close();
    } catch (IOException e) {
      notice.accept("cannot close the failed journal: " + e.getMessage());
    }
  }

  private boolean acceptsStream(StreamBatch batch, EntryValidator validator) {
    if (head.hasStream(batch.stream()) || head.streamCount() < settings.maxStreams()) {
      return true;
    }
    validator.rejectStream(
        batch,
        PushResult.Reason.STREAM_LIMIT,
        "stream %s is new and %d streams are in memory (expected: at most %d); use fewer label values"
            .formatted(batch.stream(), head.streamCount(), settings.maxStreams()));
    return false;
  }

  /// Appends entries to the head and the journal.
  ///
  /// @return how many were new
  private int append(Labels stream, List<LogEntry> entries) throws IOException {
    if (head.isEmpty()) {
      headSince = time.now();
    }
    var fresh = new ArrayList<LogEntry>(entries.size());
    long weight = 0;
    int count = 0;
    for (var entry : entries) {
      boolean isFrozen = frozen != null && frozen.has(stream, entry);
      if (!isFrozen && head.add(stream, entry)) {
        fresh.add(entry);
        weight += entry.weight();
        count++;
      }
      if (weight > MAX_RECORD) {
        record(stream, fresh);
        fresh.clear();
        weight = 0;
      }
    }
    if (!fresh.isEmpty()) {
      record(stream, fresh);
    }
    return count;
  }

  private void record(Labels stream, List<LogEntry> entries) throws IOException {
    var record = new ByteArrayOutputStream();
    Encoding.labels(record, stream);
    Encoding.entries(record, entries);
    journal.append(ByteBuffer.wrap(record.toByteArray()));
  }

  private void sync(Journal current) throws IOException {
    try {
      current.sync();
    } catch (IOException e) {
      lock.lock();
      try {
        throw failed(e);
      } finally {
        lock.unlock();
      }
    }
  }

  /// Marks the journal as failed, so that the next push opens it again. The caller holds the lock.
  private IOException failed(IOException e) throws IOException {
    broken = true;
    if (disk.free(folder) < settings.minFreeSpace().count()) {
      throw new FaultException(
          Fault.STORAGE_FULL,
          "the disk of %s is full: %s; no entry of this push is acknowledged"
              .formatted(folder, e.getMessage()),
          e);
    }
    return e;
  }

  @Override
  public void read(LogSelector selector, Direction direction, Visitor visitor) throws IOException {
    var wanted = selector.notBefore(oldestKept());
    var merger = new EntryMerger(wanted, direction);
    lock.lock();
    try {
      head.slices(wanted)
          .forEach(slice -> merger.add(slice.stream(), Long.MAX_VALUE, slice.entries()));
      if (frozen != null) {
        frozen
            .slices(wanted)
            .forEach(slice -> merger.add(slice.stream(), Long.MAX_VALUE - 1, slice.entries()));
      }
    } finally {
      lock.unlock();
    }
    for (var segment : segments.all()) {
      for (var found : segment.find(wanted)) {
        for (var chunk : found.chunks()) {
          merger.add(
              found.stream(),
              segment.number(),
              chunk.min(),
              chunk.max(),
              () -> segments.readOrNothing(segment, chunk));
        }
      }
    }
    merger.visit(visitor);
  }

  private long oldestKept() {
    return EntryValidator.nanos(time.now()) - settings.retention().toNanos();
  }

  @Override
  public List<Labels> streams(LogSelector selector) {
    var wanted = selector.notBefore(oldestKept());
    var streams = new TreeSet<Labels>();
    headSlices(wanted).forEach(slice -> streams.add(slice.stream()));
    segments
        .all()
        .forEach(segment -> segment.find(wanted).forEach(found -> streams.add(found.stream())));
    return List.copyOf(streams);
  }

  @Override
  public Volume volume(LogSelector selector) {
    var wanted = selector.notBefore(oldestKept());
    long chunks = 0;
    long entries = 0;
    long bytes = 0;
    for (var slice : headSlices(wanted)) {
      chunks++;
      entries += slice.entries().size();
      bytes += slice.entries().stream().mapToLong(LogEntry::weight).sum();
    }
    for (var segment : segments.all()) {
      for (var found : segment.find(wanted)) {
        chunks += found.chunks().size();
        entries += found.chunks().stream().mapToLong(Segment.Chunk::count).sum();
        bytes += found.chunks().stream().mapToLong(Segment.Chunk::rawLength).sum();
      }
    }
    return new Volume(streams(selector).size(), chunks, entries, bytes);
  }

  private List<Head.Slice> headSlices(LogSelector wanted) {
    lock.lock();
    try {
      var slices = new ArrayList<>(head.slices(wanted));
      if (frozen != null) {
        slices.addAll(frozen.slices(wanted));
      }
      return slices;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void flush() throws IOException {
    flushing.lock();
    try {
      Head taken;
      long cut;
      lock.lock();
      try {
        checkOpen();
        if (head.isEmpty()) {
          return;
        }
        cut = journal.cut();
        taken = head;
        frozen = taken;
        head = new Head();
      } catch (IOException e) {
        throw failed(e);
      } finally {
        lock.unlock();
      }
      write(taken, cut);
    } finally {
      flushing.unlock();
    }
  }

  private void write(Head taken, long cut) throws IOException {
    try {
      segments.add(SegmentWriter.bytes(taken.all()));
    } catch (IOException e) {
      lock.lock();
      try {
        var whole = new Head();
        taken
            .all()
            .forEach(slice -> slice.entries().forEach(entry -> whole.add(slice.stream(), entry)));
        head.all()
            .forEach(slice -> slice.entries().forEach(entry -> whole.add(slice.stream(), entry)));
        head = whole;
        frozen = null;
        throw e;
      } finally {
        lock.unlock();
      }
    }
    lock.lock();
    try {
      frozen = null;
      journal.dropBefore(cut);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Maintenance maintain() throws IOException {
    boolean due;
    lock.lock();
    try {
      due =
          !closed
              && !head.isEmpty()
              && (head.bytes() >= settings.headBytes().count()
                  || Duration.between(headSince, time.now()).compareTo(settings.headAge()) >= 0);
    } finally {
      lock.unlock();
    }
    if (due) {
      flush();
    }
    return new Maintenance(due, segments.deleteBefore(oldestKept()));
  }

  @Override
  public Status status() {
    lock.lock();
    try {
      return new Status(
          segments.all().size(), head.bytes(), head.streamCount(), segments.damaged());
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() throws IOException {
    flushing.lock();
    lock.lock();
    try {
      if (closed) {
        return;
      }
      closed = true;
      open.closed();
      try (segments) {
        journal.close();
      }
    } finally {
      lock.unlock();
      flushing.unlock();
    }
  }
}
