package dev.gori.engines.tsdb;

import dev.gori.kernel.disk.Disk;
import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import dev.gori.kernel.label.Matcher;
import dev.gori.kernel.time.Time;
import dev.gori.machinery.journal.Journal;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/// The head and the journal that keeps it. One lock puts what changes them in order.
final class Recent implements AutoCloseable {

    /*
     * A batch is applied to the head and written to the journal under the lock; the sync that
     * acknowledges it is shared by all who wait. When the journal fails, what is in memory may
     * not be on disk: nothing is taken until a new journal holds a picture of the whole head. So
     * a sample that was refused once and comes again is durable when it is acknowledged.
     */

    private static final Duration BETWEEN_REPAIRS = Duration.ofSeconds(2);

    private final Disk disk;
    private final Path folder;
    private final TsdbSettings settings;
    private final Time time;
    private final Consumer<String> notice;
    private final Head head;
    private final SeriesLimit limit;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile Journal journal;
    private volatile boolean broken;
    private boolean closed;
    private Instant nextRepair = Instant.MIN;
    private long valid;

    /// @param valid samples before it belong to blocks
    Recent(
            Disk disk,
            Path folder,
            TsdbSettings settings,
            Time time,
            long valid,
            Consumer<String> notice)
            throws IOException {
        this.disk = disk;
        this.folder = folder;
        this.settings = settings;
        this.time = time;
        this.notice = notice;
        this.valid = valid;
        this.head = new Head(settings.rangeMillis(), settings.exemplars());
        this.limit = new SeriesLimit(settings.maxSeries());
        var leftOut = new LeftOut(disk, folder);
        this.journal =
                Journal.open(
                        disk,
                        folder,
                        Journal.Settings.DEFAULTS,
                        new Recovery(head, valid, limit.most(), leftOut, notice));
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
    private void leaveOut(LeftOut leftOut) throws IOException {
        var said = leftOut.finish(limit.most());
        if (said != null) {
            notice.accept(said);
            picture();
        }
    }

    SeriesLimit limit() {
        return limit;
    }

    Head head() {
        return head;
    }

    /// @throws FaultException STORAGE_FULL when the journal cannot be written; nothing of the batch
    ///   is acknowledged
    Appended append(Batch batch) {
        try {
            Appended done;
            Journal used;
            lock.lock();
            try {
                repairIfBroken();
                used = journal;
                var intake = new Intake(head, valid, settings, limit);
                head.changing(() -> intake.take(batch));
                for (var record : intake.records()) {
                    used.append(record);
                }
                done = intake.result();
            } finally {
                lock.unlock();
            }
            used.sync();
            return done;
        } catch (IOException e) {
            throw failed("%d samples are not stored".formatted(batch.size()), e);
        }
    }

    /// Deletes the samples of a time, both ends included, of series that satisfy all matchers of at
    /// least one of the selectors.
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
            throw new IOException(
                    "the journal failed a moment ago and is tried again at " + nextRepair);
        }
        nextRepair = time.now().plus(BETWEEN_REPAIRS);
        try {
            journal.close();
        } catch (IOException e) {
            notice.accept("closing the failed journal: " + e.getMessage());
        }
        journal = Journal.open(disk, folder, Journal.Settings.DEFAULTS, _ -> {});
        picture();
        broken = false;
        notice.accept("the journal was written anew from memory after a failure");
    }

    /// Begins the journal anew with what the head holds. Under the lock.
    private void picture() throws IOException {
        long segment = journal.cut();
        var writer = new JournalRecords.Writer();
        for (var series : head.series()) {
            writer.series(series.number, series.labels);
            for (var chunk : series.finished(Long.MIN_VALUE, Long.MAX_VALUE)) {
                writer.chunk(series.number, chunk, false);
            }
            for (var chunk : series.late(Long.MIN_VALUE, Long.MAX_VALUE)) {
                writer.chunk(series.number, chunk, true);
            }
            for (var record : writer.full()) {
                journal.append(record);
            }
        }
        head.exemplars().each(writer::exemplar);
        for (var record : writer.records()) {
            journal.append(record);
        }
        journal.sync();
        journal.dropBefore(segment);
    }

    /// Begins the journal anew when it is larger than that.
    void shorten(long bytes) throws IOException {
        if (journal.size() > bytes) {
            locked(this::picture);
        }
    }

    /// A block is going to be written: from now on nothing is taken in order from before a time,
    /// and what comes out of order stays when the head is told to forget what is in blocks.
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
        lock.lock();
        try {
            return valid;
        } finally {
            lock.unlock();
        }
    }

    /// Forgets what blocks have now.
    void dropBefore(long to) throws IOException {
        locked(
                () -> {
                    head.changing(() -> head.dropBefore(to));
                    if (!broken) {
                        picture();
                    }
                });
    }

    private interface DiskWork {
        void run() throws IOException;
    }

    private void locked(DiskWork work) throws IOException {
        lock.lock();
        try {
            work.run();
        } catch (IOException e) {
            broken = true;
            throw e;
        } finally {
            lock.unlock();
        }
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
