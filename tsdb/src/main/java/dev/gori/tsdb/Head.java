package dev.gori.tsdb;

import dev.gori.base.journal.Journal;
import dev.gori.base.journal.SyncPolicy;
import dev.gori.base.journal.SyncThrottle;
import dev.gori.kernel.disk.Disk;
import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import dev.gori.kernel.label.Labels;
import dev.gori.kernel.label.Matcher;
import dev.gori.kernel.time.Time;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The head with its write-ahead log. The append lock orders all changes.
final class Head implements AutoCloseable {

  /*
   * Under the lock, a batch is applied to the head and written to the journal; then all waiting
   * appenders share one sync. A batch that nobody waits for is synced with the next one, at the
   * latest after a second. When the journal fails, memory may be ahead of the disk, so appends
   * are rejected until a new journal holds a checkpoint of the whole head. A sample that was
   * rejected then and is sent again is durable once it is acknowledged.
   *
   * A checkpoint replaces the older segments. Normally it is written in slices between appends;
   * after a failure and on close it is written in one step. See Checkpoint.
   */

  private static final Duration REPAIR_INTERVAL = Duration.ofSeconds(2);
  private static final Duration MAX_LOCK_HOLD = Duration.ofMillis(5);

  /// How work on the whole head releases the append lock for others.
  ///
  /// @param size series or exemplars per slice
  /// @param afterEach runs after each slice, without the lock; for tests
  record LockSlices(int size, Runnable afterEach) {
    static final LockSlices DEFAULT = new LockSlices(64, () -> {});
  }

  private final Disk disk;
  private final Path folder;
  private final TsdbSettings settings;
  private final Time time;
  private final SyncThrottle pace;
  private final Consumer<String> notice;
  private final MemHead memHead;
  private final SeriesLimit limit;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition lockTaken =
      lock.newCondition(); // signals that another thread had the lock
  private final AtomicLong corruptions = new AtomicLong();
  private volatile Journal journal;
  private volatile boolean broken;
  private boolean closed;
  private long sizeAfterCheckpoint; // bytes of the journal after the last checkpoint
  private Instant nextRepair = Instant.MIN;
  private long minValidTime;

  /// @param minValidTime minimum timestamp of in-order samples: blocks cover the time before it
  Head(
      Disk disk,
      Path folder,
      TsdbSettings settings,
      Time time,
      long minValidTime,
      Consumer<String> notice)
      throws IOException {
    this.disk = disk;
    this.folder = folder;
    this.settings = settings;
    this.time = time;
    this.pace = new SyncThrottle(time);
    this.notice = notice;
    this.minValidTime = minValidTime;
    this.memHead =
        new MemHead(
            settings.rangeMillis(),
            new ExemplarStorage(settings.exemplars(), settings.outOfOrder().toMillis()));
    this.limit = new SeriesLimit(settings.maxSeries());
    var spilled = new SpilledSeries(disk, folder);
    var recovery = new JournalReplay(memHead, minValidTime, limit.max(), spilled, notice);
    this.journal =
        Journal.open(disk, folder, Journal.Settings.DEFAULTS, recovery, this::reportDamage);
    recovery.finish();
    memHead.withWriteLock(
        () -> {
          for (var series : List.copyOf(memHead.series())) {
            memHead.dropIfEmpty(series);
          }
          memHead.updateTimes();
        });
    keepSpilled(spilled);
  }

  /// Writes a checkpoint once the series over the limit are safe in a file of their own, so that
  /// the next start does not read them again.
  private void keepSpilled(SpilledSeries spilled) throws IOException {
    var said = spilled.finish(limit.max());
    if (said != null) {
      notice.accept(said);
      checkpoint();
    }
  }

  private void reportDamage(String what) {
    corruptions.incrementAndGet();
    notice.accept("journal " + what);
  }

  /// How many corruptions of the journal were found.
  long corruptions() {
    return corruptions.get();
  }

  SeriesLimit limit() {
    return limit;
  }

  MemHead memHead() {
    return memHead;
  }

  /// @throws FaultException STORAGE_FULL if the journal cannot be written; then nothing of the
  ///   batch is acknowledged
  AppendResult append(AppendBatch batch, SyncPolicy sync) {
    try {
      AppendResult done;
      Journal used;
      lock.lock();
      try {
        repairIfBroken();
        used = journal;
        var intake = new HeadAppender(memHead, minValidTime, settings, limit);
        memHead.withWriteLock(() -> intake.append(batch));
        for (var record : intake.records()) {
          used.append(record);
        }
        done = intake.result();
        lockTaken.signal();
      } finally {
        lock.unlock();
      }
      if (pace.claim(sync)) {
        used.sync();
      }
      return done;
    } catch (IOException e) {
      throw failed("%d samples are not stored".formatted(batch.size()), e);
    }
  }

  /// Deletes the samples and exemplars of a time range, both ends inclusive, of series that match
  /// at least one selector.
  void delete(List<List<Matcher>> selectors, long from, long to) {
    try {
      Journal used;
      lock.lock();
      try {
        repairIfBroken();
        used = journal;
        var record = new JournalRecords.Writer();
        memHead.withWriteLock(
            () -> {
              for (var series : matching(selectors)) {
                memHead.delete(series, from, to);
                record.deletion(series.ref, from, to);
              }
              var exemplars = memHead.exemplars();
              for (var series : exemplars.series(one -> matchesAny(selectors, one))) {
                exemplars.delete(series, from, to);
                record.exemplarDeletion(series, from, to);
              }
              memHead.updateTimes();
            });
        for (var part : record.records()) {
          used.append(part);
        }
      } finally {
        lock.unlock();
      }
      used.sync();
    } catch (IOException e) {
      throw failed("samples are not deleted", e);
    }
  }

  /// Syncs what was appended without a sync.
  void syncPending() throws IOException {
    if (broken) {
      return; // the checkpoint will hold all of it
    }
    try {
      journal.sync();
    } catch (IOException e) {
      broken = true;
      throw e;
    }
  }

  /// Whether a series matches at least one selector.
  static boolean matchesAny(List<List<Matcher>> selectors, Labels series) {
    return selectors.stream()
        .anyMatch(all -> all.stream().allMatch(matcher -> matcher.matches(series)));
  }

  private List<MemSeries> matching(List<List<Matcher>> selectors) {
    var all = new ArrayList<MemSeries>();
    for (int number : memHead.postings().matchingAny(selectors).toArray()) {
      var series = memHead.find(number);
      if (series != null) {
        all.add(series);
      }
    }
    return all;
  }

  private FaultException failed(String what, IOException e) {
    broken = true;
    return new FaultException(
        Fault.STORAGE_FULL,
        "%s, the journal in '%s' cannot be written: %s; free space or repair the disk. What was acknowledged is safe"
            .formatted(what, folder, e.getMessage()),
        e);
  }

  private void repairIfBroken() throws IOException {
    if (closed) {
      throw new IOException("the store is closed");
    }
    if (!broken) {
      return;
    }
    if (time.now().isBefore(nextRepair)) {
      throw new IOException("the journal failed; next attempt at " + nextRepair);
    }
    nextRepair = time.now().plus(REPAIR_INTERVAL);
    try {
      journal.close();
    } catch (IOException e) {
      notice.accept("closing the failed journal: " + e.getMessage());
    }
    journal =
        Journal.open(
            disk,
            folder,
            Journal.Settings.DEFAULTS,
            _ -> {},
            what -> notice.accept("journal " + what));
    checkpoint();
    broken = false;
    notice.accept("the journal was rewritten from memory after a failure");
  }

  /// Writes a checkpoint in one step, under the lock.
  private void checkpoint() throws IOException {
    var checkpoint = new Checkpoint(journal, memHead);
    while (checkpoint.write(LockSlices.DEFAULT.size())) {}
    checkpoint.finish();
    sizeAfterCheckpoint = journal.size();
  }

  /// Writes a checkpoint while others append.
  private void checkpointInSlices(LockSlices slices) throws IOException {
    var checkpoint = beginCheckpoint();
    while (checkpoint != null && writeSlice(checkpoint, slices)) {
      slices.afterEach().run();
    }
    if (checkpoint != null && isCurrent(checkpoint)) {
      try {
        checkpoint.finish();
        sizeAfterCheckpoint = journal.size();
      } catch (IOException e) {
        throw abandoned(checkpoint, e);
      }
    }
  }

  private @Nullable Checkpoint beginCheckpoint() throws IOException {
    lock.lock();
    try {
      return broken ? null : new Checkpoint(journal, memHead);
    } catch (IOException e) {
      broken = true;
      throw e;
    } finally {
      lock.unlock();
    }
  }

  private boolean isCurrent(Checkpoint checkpoint) {
    return !broken && checkpoint.isWrittenTo(journal);
  }

  /// @return whether the checkpoint is still current and has more to write
  private boolean writeSlice(Checkpoint checkpoint, LockSlices slices) throws IOException {
    lock.lock();
    try {
      boolean more = isCurrent(checkpoint) && checkpoint.write(slices.size());
      yieldLock();
      return more && isCurrent(checkpoint);
    } catch (IOException e) {
      throw abandoned(checkpoint, e);
    } finally {
      lock.unlock();
    }
  }

  /// Yields after unlocking, to avoid lock barging.
  private void yieldLock() {
    try {
      long left = MAX_LOCK_HOLD.toNanos();
      while (left > 0 && lock.hasQueuedThreads()) {
        left = lockTaken.awaitNanos(left);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private IOException abandoned(Checkpoint checkpoint, IOException e) {
    broken |= checkpoint.isWrittenTo(journal);
    return e;
  }

  /// Writes a checkpoint if the journal is larger than `bytes` and than twice its size after the
  /// last checkpoint.
  void checkpointIfLarge(long bytes, LockSlices slices) throws IOException {
    if (journal.size() > Math.max(bytes, 2 * sizeAfterCheckpoint)) {
      checkpointInSlices(slices);
    }
  }

  /// Prepares a block: rejects in-order samples before `to` from now on, and begins a new epoch of
  /// out-of-order samples, which the block does not contain.
  void advanceMinValidTime(long to) {
    lock.lock();
    try {
      minValidTime = Math.max(minValidTime, to);
      memHead.withWriteLock(memHead::nextEpoch);
    } finally {
      lock.unlock();
    }
  }

  /// Minimum timestamp of in-order samples: blocks cover the time before it.
  long minValidTime() {
    return locked(() -> minValidTime);
  }

  private <T> T locked(Supplier<T> work) {
    lock.lock();
    try {
      return work.get();
    } finally {
      lock.unlock();
    }
  }

  /// Drops from the head what blocks hold now, and writes a checkpoint.
  void truncate(long to, LockSlices slices) throws IOException {
    var all = locked(() -> List.copyOf(memHead.series()));
    for (int at = 0; at < all.size(); at += slices.size()) {
      var some = all.subList(at, Math.min(all.size(), at + slices.size()));
      locked(
          () -> {
            memHead.withWriteLock(() -> memHead.truncate(to, some));
            yieldLock();
            return some;
          });
      slices.afterEach().run();
    }
    locked(
        () -> {
          memHead.withWriteLock(() -> memHead.finishTruncation(memHead.size() < all.size()));
          return all;
        });
    checkpointInSlices(slices);
  }

  /// Size of the journal in bytes; negative while the journal fails.
  long journalBytes() {
    try {
      return journal.size();
    } catch (IOException _) {
      return -1;
    }
  }

  /// Writes a checkpoint, so that the next start does not have to replay the journal.
  @Override
  public void close() throws IOException {
    lock.lock();
    try {
      closed = true;
      if (!broken) {
        checkpoint();
      }
    } finally {
      lock.unlock();
      journal.close();
    }
  }
}
