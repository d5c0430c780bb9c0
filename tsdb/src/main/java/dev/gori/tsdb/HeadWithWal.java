package dev.gori.tsdb;

import dev.gori.base.journal.Journal;
import dev.gori.base.journal.Sync;
import dev.gori.base.journal.SyncPace;
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

/// The head and the journal that keeps it. One lock puts what changes them in order.
final class HeadWithWal implements AutoCloseable {

  /*
   * A batch is applied to the head and written to the journal under the lock; the sync that
   * acknowledges it is shared by all who wait. A batch for which nobody waits is left to the
   * next sync, and to one of its own when the last was a second ago. When the journal fails, what is in memory may
   * not be on disk: nothing is taken until a new journal holds a picture of the whole head. So
   * a sample that was refused once and comes again is durable when it is acknowledged.
   *
   * A picture replaces the journal's older segments. While the store runs it is written some
   * series at a time, and appends come in between; after a failure and on a close it is written
   * in one go. See Picture.
   */

  private static final Duration REPAIR_INTERVAL = Duration.ofSeconds(2);
  private static final Duration MAX_LOCK_HOLD = Duration.ofMillis(5);

  /// How long work on the whole head is done while others append.
  ///
  /// @param atOnce series or exemplars that are treated before others may append
  /// @param between is run each time when they may
  record LockSlices(int size, Runnable afterEach) {
    static final LockSlices DEFAULT = new LockSlices(64, () -> {});
  }

  private final Disk disk;
  private final Path folder;
  private final TsdbSettings settings;
  private final Time time;
  private final SyncPace pace;
  private final Consumer<String> notice;
  private final MemHead head;
  private final SeriesLimit limit;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition lockTaken = lock.newCondition(); // somebody else has had the lock
  private final AtomicLong corruptions = new AtomicLong();
  private volatile Journal journal;
  private volatile boolean broken;
  private boolean closed;
  private long sizeAfterCheckpoint; // bytes of the journal when it was last begun anew
  private Instant nextRepair = Instant.MIN;
  private long minValidTime;

  /// @param valid samples before it belong to blocks
  HeadWithWal(
      Disk disk, Path folder, TsdbSettings settings, Time time, long valid, Consumer<String> notice)
      throws IOException {
    this.disk = disk;
    this.folder = folder;
    this.settings = settings;
    this.time = time;
    this.pace = new SyncPace(time);
    this.notice = notice;
    this.minValidTime = valid;
    this.head =
        new MemHead(
            settings.rangeMillis(),
            new ExemplarStorage(settings.exemplars(), settings.outOfOrder().toMillis()));
    this.limit = new SeriesLimit(settings.maxSeries());
    var leftOut = new SpilledSeries(disk, folder);
    var recovery = new JournalReplay(head, valid, limit.max(), leftOut, notice);
    this.journal = Journal.open(disk, folder, Journal.Settings.DEFAULTS, recovery, this::reportDamage);
    recovery.finish();
    head.withWriteLock(
        () -> {
          for (var series : List.copyOf(head.series())) {
            head.dropIfEmpty(series);
          }
          head.updateTimes();
        });
    keepSpilled(leftOut);
  }

  /// What there was no room for is safe in a file of its own; the next start need not read it
  /// again.
  private void keepSpilled(SpilledSeries leftOut) throws IOException {
    var said = leftOut.finish(limit.max());
    if (said != null) {
      notice.accept(said);
      checkpoint();
    }
  }

  private void reportDamage(String what) {
    corruptions.incrementAndGet();
    notice.accept("journal " + what);
  }

  /// How often something in the journal was damaged or missing.
  long corruptions() {
    return corruptions.get();
  }

  SeriesLimit limit() {
    return limit;
  }

  MemHead head() {
    return head;
  }

  /// @throws FaultException STORAGE_FULL when the journal cannot be written; nothing of the batch
  ///   is acknowledged
  AppendResult append(AppendBatch batch, Sync sync) {
    try {
      AppendResult done;
      Journal used;
      lock.lock();
      try {
        repairIfBroken();
        used = journal;
        var intake = new HeadAppender(head, minValidTime, settings, limit);
        head.withWriteLock(() -> intake.append(batch));
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

  /// Deletes the samples and exemplars of a time, both ends included, of series that satisfy all
  /// matchers of at least one of the selectors.
  void delete(List<List<Matcher>> selectors, long from, long to) {
    try {
      Journal used;
      lock.lock();
      try {
        repairIfBroken();
        used = journal;
        var record = new JournalRecords.Writer();
        head.withWriteLock(
            () -> {
              for (var series : matching(selectors)) {
                head.delete(series, from, to);
                record.deletion(series.ref, from, to);
              }
              var exemplars = head.exemplars();
              for (var series : exemplars.series(one -> matchesAny(selectors, one))) {
                exemplars.delete(series, from, to);
                record.exemplarDeletion(series, from, to);
              }
              head.updateTimes();
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

  /// Makes safe what was left to the next sync.
  void syncPending() throws IOException {
    if (broken) {
      return; // what is in memory is written anew
    }
    try {
      journal.sync();
    } catch (IOException e) {
      broken = true;
      throw e;
    }
  }

  /// Whether a series satisfies all matchers of at least one of the selectors.
  static boolean matchesAny(List<List<Matcher>> selectors, Labels series) {
    return selectors.stream()
        .anyMatch(all -> all.stream().allMatch(matcher -> matcher.matches(series)));
  }

  private List<MemSeries> matching(List<List<Matcher>> selectors) {
    var all = new ArrayList<MemSeries>();
    for (int number : head.postings().matchingAny(selectors).toArray()) {
      var series = head.find(number);
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
        "%s, the journal in '%s' cannot be written: %s; free space or mend the disk, what was acknowledged is safe"
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
      throw new IOException("the journal failed a moment ago and is tried again at " + nextRepair);
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
    notice.accept("the journal was written anew from memory after a failure");
  }

  /// Begins the journal anew with what the head holds. Under the lock, for as long as it takes.
  private void checkpoint() throws IOException {
    var picture = new Checkpoint(journal, head);
    while (picture.write(LockSlices.DEFAULT.size())) {
      // all of it
    }
    picture.finish();
    sizeAfterCheckpoint = journal.size();
  }

  /// Begins the journal anew with what the head holds, while others append.
  private void checkpointInSlices(LockSlices turns) throws IOException {
    var picture = beginCheckpoint();
    while (picture != null && writeSlice(picture, turns)) {
      turns.afterEach().run();
    }
    if (picture != null && isCurrent(picture)) {
      try {
        picture.finish();
        sizeAfterCheckpoint = journal.size();
      } catch (IOException e) {
        throw abandoned(picture, e);
      }
    }
  }

  private @Nullable Checkpoint beginCheckpoint() throws IOException {
    lock.lock();
    try {
      return broken ? null : new Checkpoint(journal, head);
    } catch (IOException e) {
      broken = true;
      throw e;
    } finally {
      lock.unlock();
    }
  }

  private boolean isCurrent(Checkpoint picture) {
    return !broken && picture.isWrittenTo(journal);
  }

  /// @return whether something is left of a picture that is still wanted
  private boolean writeSlice(Checkpoint picture, LockSlices turns) throws IOException {
    lock.lock();
    try {
      boolean more = isCurrent(picture) && picture.write(turns.size());
      yieldLock();
      return more && isCurrent(picture);
    } catch (IOException e) {
      throw abandoned(picture, e);
    } finally {
      lock.unlock();
    }
  }

  /// Who takes the lock again at once is faster than those who are woken for it: let them come
  /// first.
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

  private IOException abandoned(Checkpoint picture, IOException e) {
    broken |= picture.isWrittenTo(journal);
    return e;
  }

  /// Begins the journal anew when it is larger than that, and than twice what is left when it is
  /// begun anew.
  void checkpointIfLarge(long bytes, LockSlices turns) throws IOException {
    if (journal.size() > Math.max(bytes, 2 * sizeAfterCheckpoint)) {
      checkpointInSlices(turns);
    }
  }

  /// A block is going to be written: from now on nothing is taken in order from before a time, and
  /// what comes out of order stays when the head is told to forget what is in blocks.
  void advanceMinValidTime(long to) {
    lock.lock();
    try {
      minValidTime = Math.max(minValidTime, to);
      head.withWriteLock(head::nextEpoch);
    } finally {
      lock.unlock();
    }
  }

  /// Samples before it belong to blocks.
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

  /// Forgets what blocks have now, and begins the journal anew.
  void truncate(long to, LockSlices turns) throws IOException {
    var all = locked(() -> List.copyOf(head.series()));
    for (int at = 0; at < all.size(); at += turns.size()) {
      var some = all.subList(at, Math.min(all.size(), at + turns.size()));
      locked(
          () -> {
            head.withWriteLock(() -> head.truncate(to, some));
            yieldLock();
            return some;
          });
      turns.afterEach().run();
    }
    locked(
        () -> {
          head.withWriteLock(() -> head.finishTruncation(head.size() < all.size()));
          return all;
        });
    checkpointInSlices(turns);
  }

  /// Bytes of the journal; less than 0 while it fails, which whoever appends is told.
  long journalBytes() {
    try {
      return journal.size();
    } catch (IOException _) {
      return -1;
    }
  }

  /// Leaves a picture of the head so that the next start is quick; without it the next start
  /// replays the journal.
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
