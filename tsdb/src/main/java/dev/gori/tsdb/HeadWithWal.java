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

  private static final Duration BETWEEN_REPAIRS = Duration.ofSeconds(2);
  private static final Duration LONGEST_TURN = Duration.ofMillis(5);

  /// How long work on the whole head is done while others append.
  ///
  /// @param atOnce series or exemplars that are treated before others may append
  /// @param between is run each time when they may
  record Turns(int atOnce, Runnable between) {
    static final Turns USUAL = new Turns(64, () -> {});
  }

  private final Disk disk;
  private final Path folder;
  private final TsdbSettings settings;
  private final Time time;
  private final SyncPace pace;
  private final Consumer<String> notice;
  private final Head head;
  private final SeriesLimit limit;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition taken = lock.newCondition(); // somebody else has had the lock
  private final AtomicLong damages = new AtomicLong();
  private volatile Journal journal;
  private volatile boolean broken;
  private boolean closed;
  private long pictured; // bytes of the journal when it was last begun anew
  private Instant nextRepair = Instant.MIN;
  private long valid;

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
    this.valid = valid;
    this.head =
        new Head(
            settings.rangeMillis(),
            new Exemplars(settings.exemplars(), settings.outOfOrder().toMillis()));
    this.limit = new SeriesLimit(settings.maxSeries());
    var leftOut = new SpilledSeries(disk, folder);
    var recovery = new Recovery(head, valid, limit.most(), leftOut, notice);
    this.journal = Journal.open(disk, folder, Journal.Settings.DEFAULTS, recovery, this::damaged);
    recovery.finish();
    head.changing(
        () -> {
          for (var series : List.copyOf(head.series())) {
            head.dropIfEmpty(series);
          }
          head.measure();
        });
    leaveOut(leftOut);
  }

  /// What there was no room for is safe in a file of its own; the next start need not read it
  /// again.
  private void leaveOut(SpilledSeries leftOut) throws IOException {
    var said = leftOut.finish(limit.most());
    if (said != null) {
      notice.accept(said);
      picture();
    }
  }

  private void damaged(String what) {
    damages.incrementAndGet();
    notice.accept("journal " + what);
  }

  /// How often something in the journal was damaged or missing.
  long damages() {
    return damages.get();
  }

  SeriesLimit limit() {
    return limit;
  }

  Head head() {
    return head;
  }

  /// @throws FaultException STORAGE_FULL when the journal cannot be written; nothing of the batch
  ///   is acknowledged
  AppendResult append(Batch batch, Sync sync) {
    try {
      AppendResult done;
      Journal used;
      lock.lock();
      try {
        repairIfBroken();
        used = journal;
        var intake = new Appender(head, valid, settings, limit);
        head.changing(() -> intake.take(batch));
        for (var record : intake.records()) {
          used.append(record);
        }
        done = intake.result();
        taken.signal();
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
        head.changing(
            () -> {
              for (var series : matching(selectors)) {
                head.delete(series, from, to);
                record.deletion(series.number, from, to);
              }
              var exemplars = head.exemplars();
              for (var series : exemplars.series(one -> isAny(selectors, one))) {
                exemplars.delete(series, from, to);
                record.exemplarDeletion(series, from, to);
              }
              head.measure();
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
  void settle() throws IOException {
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
  static boolean isAny(List<List<Matcher>> selectors, Labels series) {
    return selectors.stream()
        .anyMatch(all -> all.stream().allMatch(matcher -> matcher.matches(series)));
  }

  private List<HeadSeries> matching(List<List<Matcher>> selectors) {
    var all = new ArrayList<HeadSeries>();
    for (int number : head.index().matchingAny(selectors).toArray()) {
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
    nextRepair = time.now().plus(BETWEEN_REPAIRS);
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
    picture();
    broken = false;
    notice.accept("the journal was written anew from memory after a failure");
  }

  /// Begins the journal anew with what the head holds. Under the lock, for as long as it takes.
  private void picture() throws IOException {
    var picture = new Checkpoint(journal, head);
    while (picture.write(Turns.USUAL.atOnce())) {
      // all of it
    }
    picture.finish();
    pictured = journal.size();
  }

  /// Begins the journal anew with what the head holds, while others append.
  private void pictureMeanwhile(Turns turns) throws IOException {
    var picture = begun();
    while (picture != null && write(picture, turns)) {
      turns.between().run();
    }
    if (picture != null && isStillWanted(picture)) {
      try {
        picture.finish();
        pictured = journal.size();
      } catch (IOException e) {
        throw abandoned(picture, e);
      }
    }
  }

  private @Nullable Checkpoint begun() throws IOException {
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

  private boolean isStillWanted(Checkpoint picture) {
    return !broken && picture.isFor(journal);
  }

  /// @return whether something is left of a picture that is still wanted
  private boolean write(Checkpoint picture, Turns turns) throws IOException {
    lock.lock();
    try {
      boolean more = isStillWanted(picture) && picture.write(turns.atOnce());
      letOthers();
      return more && isStillWanted(picture);
    } catch (IOException e) {
      throw abandoned(picture, e);
    } finally {
      lock.unlock();
    }
  }

  /// Who takes the lock again at once is faster than those who are woken for it: let them come
  /// first.
  private void letOthers() {
    try {
      long left = LONGEST_TURN.toNanos();
      while (left > 0 && lock.hasQueuedThreads()) {
        left = taken.awaitNanos(left);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private IOException abandoned(Checkpoint picture, IOException e) {
    broken |= picture.isFor(journal);
    return e;
  }

  /// Begins the journal anew when it is larger than that, and than twice what is left when it is
  /// begun anew.
  void shorten(long bytes, Turns turns) throws IOException {
    if (journal.size() > Math.max(bytes, 2 * pictured)) {
      pictureMeanwhile(turns);
    }
  }

  /// A block is going to be written: from now on nothing is taken in order from before a time, and
  /// what comes out of order stays when the head is told to forget what is in blocks.
  void closeBefore(long to) {
    lock.lock();
    try {
      valid = Math.max(valid, to);
      head.changing(head::nextEpoch);
    } finally {
      lock.unlock();
    }
  }

  /// Samples before it belong to blocks.
  long valid() {
    return locked(() -> valid);
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
  void dropBefore(long to, Turns turns) throws IOException {
    var all = locked(() -> List.copyOf(head.series()));
    for (int at = 0; at < all.size(); at += turns.atOnce()) {
      var some = all.subList(at, Math.min(all.size(), at + turns.atOnce()));
      locked(
          () -> {
            head.changing(() -> head.dropBefore(to, some));
            letOthers();
            return some;
          });
      turns.between().run();
    }
    locked(
        () -> {
          head.changing(() -> head.dropped(head.size() < all.size()));
          return all;
        });
    pictureMeanwhile(turns);
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
        picture();
      }
    } finally {
      lock.unlock();
      journal.close();
    }
  }
}
