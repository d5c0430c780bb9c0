package dev.gori.engines.tsdb;

import dev.gori.kernel.disk.Disk;
import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import dev.gori.kernel.label.Labels;
import dev.gori.kernel.label.Matcher;
import dev.gori.kernel.life.Open;
import dev.gori.kernel.time.Time;
import dev.gori.machinery.journal.Journal;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;

/// A store of time series. See the package for what it promises.
public final class Tsdb implements AutoCloseable {

    /*
     * Appending
     * ---------
     * One lock puts batches in order. A batch is applied to the head and written to the journal under it; the sync that acknowledges it
     * is shared by all who wait. When the journal fails, what is in memory may not be on disk: nothing is taken until a new journal
     * holds a picture of the whole head. So a sample that was refused once and comes again is durable when it is acknowledged.
     *
     * From head to block
     * ------------------
     * When the head spans one and a half ranges its first range becomes a block. From then on that range takes no more samples. Readers
     * take the head first and the blocks after it, so they see a sample twice rather than not at all, and drop the second. The journal is
     * then begun anew with a picture of what is left in the head, and its older segments go. A crash in between replays samples that a
     * block has: those before the end of the last block are skipped.
     */

    private static final Duration BETWEEN_REPAIRS = Duration.ofSeconds(2);
    private static final long LARGE_JOURNAL = 256L << 20;
    private static final int NOTICES = 100;

    private final Disk disk;
    private final Path folder;
    private final TsdbSettings settings;
    private final Time time;
    private final Head head;
    private final Blocks blocks;
    private final Open open;
    private final ReentrantLock appending = new ReentrantLock();
    private final ReentrantLock maintaining = new ReentrantLock();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final TreeSet<String> notices = new TreeSet<>();
    private volatile Journal journal;
    private volatile boolean broken;
    private Instant nextRepair = Instant.MIN;
    private long valid; // samples before it belong to blocks

    private Tsdb(Disk disk, Path folder, TsdbSettings settings, Time time) throws IOException {
        this.disk = disk;
        this.folder = folder;
        this.settings = settings;
        this.time = time;
        this.head = new Head(settings.rangeMillis(), settings.exemplars());
        this.blocks = Blocks.open(disk, folder.resolve("blocks"), settings, time, this::notice);
        this.valid = blocks.end();
        this.journal = Journal.open(disk, folder.resolve("journal"), Journal.Settings.DEFAULTS, new Recovery(head, valid, settings.maxSeries(), this::notice));
        head.changing(() -> head.dropBefore(valid));
        this.open = Open.mark("tsdb " + folder);
    }

    /// Opens the store in a folder, which it makes when absent, and brings back everything that was acknowledged.
    public static Tsdb open(Disk disk, Path folder, TsdbSettings settings, Time time) throws IOException {
        disk.createDirectories(folder);
        return new Tsdb(disk, folder, settings, time);
    }

    /// Stores a batch. When this returns, what it counts as stored survives `kill -9` and a power cut.
    ///
    /// @throws FaultException STORAGE_FULL when the journal cannot be written; nothing of the batch is acknowledged
    public Appended append(Batch batch) {
        try {
            Appended done;
            Journal used;
            appending.lock();
            try {
                repairIfBroken();
                used = journal;
                var intake = new Intake(head, valid, settings.maxSeries());
                head.changing(() -> intake.take(batch));
                for (var record : intake.records()) {
                    used.append(record);
                }
                done = intake.result();
            } finally {
                appending.unlock();
            }
            used.sync();
            return done;
        } catch (IOException e) {
            broken = true;
            throw new FaultException(
                    Fault.STORAGE_FULL,
                    "%d samples are not stored, the journal in '%s' cannot be written: %s; free space or mend the disk, what was acknowledged is safe"
                            .formatted(batch.size(), folder, e.getMessage()),
                    e);
        }
    }

    private void repairIfBroken() throws IOException {
        if (closed.get()) {
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
            notice("closing the failed journal: " + e.getMessage());
        }
        journal = Journal.open(disk, folder.resolve("journal"), Journal.Settings.DEFAULTS, _ -> {});
        picture();
        broken = false;
        notice("the journal was written anew from memory after a failure");
    }

    /// Begins the journal anew with what the head holds. Under the append lock.
    private void picture() throws IOException {
        long segment = journal.cut();
        var writer = new JournalRecords.Writer();
        for (var series : head.series()) {
            writer.series(series.number, series.labels);
            for (var chunk : series.finished(Long.MIN_VALUE, Long.MAX_VALUE)) {
                writer.chunk(series.number, chunk);
            }
        }
        head.exemplars().each((labels, exemplar) -> {
            var series = head.find(labels);
            if (series != null) {
                writer.exemplar(series.number, exemplar);
            }
        });
        for (var record : writer.records()) {
            journal.append(record);
        }
        journal.sync();
        journal.dropBefore(segment);
    }

    /// The series that satisfy all matchers and have samples within the bounds, both included, in order of labels.
    public List<StoredSeries> select(List<Matcher> matchers, long from, long to) {
        var recent = new HashMap<Labels, List<Chunk>>();
        head.select(matchers, from, to, recent::put);
        var found = new HashMap<Labels, StoredSeries>();
        for (var block : blocks.all()) {
            if (block.overlaps(from, to)) {
                for (var entry : block.select(matchers, from, to)) {
                    found.computeIfAbsent(entry.labels(), labels -> new StoredSeries(labels, from, to, this::notice)).add(entry.chunks());
                }
            }
        }
        recent.forEach((labels, chunks) ->
                found.computeIfAbsent(labels, _ -> new StoredSeries(labels, from, to, this::notice)).add(chunks));
        return found.values().stream().sorted(Comparator.comparing(StoredSeries::labels)).toList();
    }

    /// The exemplars of a time, both ends included, of series that satisfy all matchers of at least one of the selectors.
    public List<SeriesExemplars> exemplars(List<List<Matcher>> selectors, long from, long to) {
        return head.reading(() -> head.exemplars().within(
                series -> selectors.stream().anyMatch(all -> all.stream().allMatch(matcher -> matcher.matches(series))), from, to));
    }

    /// The names of all labels of matching series; without matchers those of every series of the time.
    public TreeSet<String> labelNames(List<Matcher> matchers, long from, long to) {
        var names = new TreeSet<String>();
        if (matchers.isEmpty()) {
            if (headOverlaps(from, to)) {
                names.addAll(head.names());
            }
            overlapping(from, to).forEach(block -> names.addAll(block.names()));
        } else {
            select(matchers, from, to).forEach(series -> names.addAll(series.labels().names()));
        }
        return names;
    }

    /// The values that a label has in matching series; without matchers those in every series of the time.
    public TreeSet<String> labelValues(String name, List<Matcher> matchers, long from, long to) {
        var values = new TreeSet<String>();
        if (matchers.isEmpty()) {
            if (headOverlaps(from, to)) {
                values.addAll(head.values(name));
            }
            overlapping(from, to).forEach(block -> block.values(name, (value, _) -> values.add(value)));
        } else {
            select(matchers, from, to).forEach(series -> values.add(series.labels().get(name)));
            values.remove("");
        }
        return values;
    }

    private boolean headOverlaps(long from, long to) {
        return head.reading(() -> head.minTime() <= to && head.maxTime() >= from);
    }

    private List<Block> overlapping(long from, long to) {
        return blocks.all().stream().filter(block -> block.overlaps(from, to)).toList();
    }

    /// One round of the store's housekeeping: blocks are written, merged and dropped. A failure leaves what is there as it is, and the next
    /// round tries again.
    public void maintain() throws IOException {
        maintaining.lock();
        try {
            while (isBlockDue()) {
                writeBlock();
            }
            blocks.maintain(Math.max(head.reading(head::maxTime), blocks.end()));
            if (journal.size() > LARGE_JOURNAL) {
                underAppendLock(this::picture);
            }
        } finally {
            maintaining.unlock();
        }
    }

    private boolean isBlockDue() {
        return head.reading(() -> head.size() > 0 && head.maxTime() - head.minTime() > settings.rangeMillis() / 2 * 3);
    }

    private void writeBlock() throws IOException {
        long range = settings.rangeMillis();
        long from = Math.floorDiv(head.reading(head::minTime), range) * range;
        long to = from + range;
        appending.lock();
        try {
            valid = Math.max(valid, to);
        } finally {
            appending.unlock();
        }
        var series = new TreeMap<Labels, List<Chunk>>();
        head.finished(from, to - 1, series::put);
        blocks.write(from, to, series);
        underAppendLock(() -> {
            head.changing(() -> head.dropBefore(to));
            if (!broken) {
                picture();
            }
        });
    }

    private interface DiskWork {
        void run() throws IOException;
    }

    private void underAppendLock(DiskWork work) throws IOException {
        appending.lock();
        try {
            work.run();
        } catch (IOException e) {
            broken = true;
            throw e;
        } finally {
            appending.unlock();
        }
    }

    public TsdbStats stats() {
        long journalBytes = journalBytes();
        var all = blocks.all();
        return head.reading(() -> new TsdbStats(
                head.size(),
                head.series().stream().mapToInt(HeadSeries::chunkCount).sum(),
                head.index().pairs(),
                head.minTime(),
                head.maxTime(),
                all.size(),
                blocks.bytes(),
                all.stream().mapToLong(block -> block.meta().samples()).sum(),
                journalBytes,
                head.index().topMetrics(10),
                head.index().topLabels(10),
                head.index().topMemory(10),
                head.index().topPairs(10)));
    }

    private long journalBytes() {
        try {
            return journal.size();
        } catch (IOException _) {
            return -1; // the journal is failing, and says so to whoever appends
        }
    }

    /// What was set aside, left out or mended since the last call, for the log.
    public List<String> takeNotices() {
        synchronized (notices) {
            var taken = List.copyOf(notices);
            notices.clear();
            return taken;
        }
    }

    private void notice(String text) {
        synchronized (notices) {
            if (notices.size() < NOTICES) {
                notices.add(text);
            }
        }
    }

    /// Leaves a picture of the head so that the next start is quick; without it the next start replays the journal.
    @Override
    public void close() throws IOException {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        maintaining.lock();
        appending.lock();
        try {
            if (!broken) {
                picture();
            }
        } finally {
            appending.unlock();
            maintaining.unlock();
            open.closed();
            journal.close();
            blocks.close();
        }
    }
}
