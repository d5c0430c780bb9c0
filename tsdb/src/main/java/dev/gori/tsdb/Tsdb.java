package dev.gori.tsdb;

import dev.gori.base.journal.Sync;
import dev.gori.kernel.disk.Disk;
import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import dev.gori.kernel.label.Labels;
import dev.gori.kernel.label.Matcher;
import dev.gori.kernel.life.OpenResources;
import dev.gori.kernel.time.Time;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
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
   * From head to block
   * ------------------
   * When the head spans one and a half ranges its first range becomes a block. From then on
   * that range takes no more samples in order. Readers take the head first and the blocks after
   * it, so they see a sample twice rather than not at all, and drop the second. The journal is
   * then begun anew with a picture of what is left in the head, and its older segments go. A
   * crash in between replays samples that a block has: those in order from before the end of
   * the last block are skipped.
   *
   * Out of order
   * ------------
   * Samples within the window stay beside those in order until a block is written. Those of the
   * block's time go into it; those of ranges that have a block already become a small block of
   * their own, which the next round merges with the one that it overlaps.
   *
   * Deleting
   * --------
   * In the head samples are taken out at once, and the journal says so. Of blocks they are only
   * hidden, by tombstones beside the block, until it is written anew.
   */

  private static final long MAX_JOURNAL_BYTES = 256L << 20;
  private static final long MAX_OUT_OF_ORDER = 200_000;
  private static final int MAX_NOTICES = 100;

  private final Disk disk;
  private final Path folder;
  private final TsdbSettings settings;
  private final HeadWithWal headWithWal;
  private final MemHead head;
  private final Blocks blocks;
  private final OpenResources open;
  private final ReentrantLock maintaining = new ReentrantLock();
  private final AtomicBoolean closed = new AtomicBoolean();
  private final TreeSet<String> notices = new TreeSet<>();

  private Tsdb(Disk disk, Path folder, TsdbSettings settings, Time time) throws IOException {
    this.disk = disk;
    this.folder = folder;
    this.settings = settings;
    SnapshotWriter.removeUnfinished(disk, folder);
    this.blocks = Blocks.open(disk, folder.resolve("blocks"), settings, time, this::notice);
    this.headWithWal =
        new HeadWithWal(
            disk, folder.resolve("journal"), settings, time, blocks.end(), this::notice);
    this.head = headWithWal.head();
    this.open = OpenResources.mark("tsdb " + folder);
  }

  /// Opens the store in a folder, which it makes when absent, and brings back everything that was
  /// acknowledged.
  ///
  /// @throws FaultException when the folder is of another version
  public static Tsdb open(Disk disk, Path folder, TsdbSettings settings, Time time)
      throws IOException {
    disk.createDirectories(folder);
    FormatVersion.check(disk, folder);
    return new Tsdb(disk, folder, settings, time);
  }

  /// Stores a batch. When this returns, what it counts as stored survives `kill -9`, and a power
  /// cut too or from a moment later on.
  ///
  /// @throws FaultException STORAGE_FULL when the journal cannot be written; nothing of the batch
  ///   is acknowledged
  public AppendResult append(AppendBatch batch, Sync sync) {
    return headWithWal.append(batch, sync);
  }

  /// The same, and safe from a power cut when this returns.
  public AppendResult append(AppendBatch batch) {
    return append(batch, Sync.NOW);
  }

  /// The series that satisfy all matchers and have samples within the bounds, both included, in
  /// order of labels.
  public List<StoredSeries> select(List<Matcher> matchers, long from, long to) {
    var found = new HashMap<Labels, StoredSeries>();
    var recently = new HashMap<Labels, List<List<Chunk>>>();
    head.select(
        matchers, from, to, (labels, chunks, late) -> recently.put(labels, List.of(chunks, late)));
    for (var block : blocks.all()) {
      if (block.overlaps(from, to)) {
        for (var entry : block.select(matchers, from, to)) {
          found
              .computeIfAbsent(
                  entry.labels(), labels -> new StoredSeries(labels, from, to, this::notice))
              .add(entry.chunks());
        }
      }
    }
    recently.forEach(
        (labels, sources) -> {
          var series =
              found.computeIfAbsent(labels, _ -> new StoredSeries(labels, from, to, this::notice));
          sources.forEach(series::add);
        });
    var all = new ArrayList<>(found.values());
    all.sort(Comparator.comparing(StoredSeries::labels));
    return all;
  }

  /// The exemplars of a time, both ends included, of series that satisfy all matchers of at least
  /// one of the selectors.
  public List<SeriesExemplars> exemplars(List<List<Matcher>> selectors, long from, long to) {
    return head.withReadLock(
        () -> head.exemplars().within(series -> HeadWithWal.matchesAny(selectors, series), from, to));
  }

  /// The names of all labels of matching series; without matchers those of every series of the
  /// time.
  public TreeSet<String> labelNames(List<Matcher> matchers, long from, long to) {
    var names = new TreeSet<String>();
    if (matchers.isEmpty()) {
      if (headOverlaps(from, to)) {
        names.addAll(head.names());
      }
      overlapping(from, to).forEach(block -> names.addAll(block.labels()));
    } else {
      select(matchers, from, to).forEach(series -> names.addAll(series.labels().names()));
    }
    return names;
  }

  /// The values that a label has in matching series; without matchers those in every series of the
  /// time.
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
    return head.withReadLock(
        () -> Math.min(head.minTime(), head.minOutOfOrderTime()) <= to && head.maxTime() >= from);
  }

  private List<Block> overlapping(long from, long to) {
    return blocks.all().stream().filter(block -> block.overlaps(from, to)).toList();
  }

  /// Deletes the samples and exemplars of a time, both ends included, of series that satisfy all
  /// matchers of at least one of the selectors. They are gone for readers when this returns, and
  /// stay gone; room is freed when blocks are merged, or by {@link #cleanTombstones}.
  ///
  /// @throws FaultException STORAGE_FULL when it cannot be written; some of the samples may be
  ///   gone, and deleting again is right
  public void delete(List<List<Matcher>> selectors, long from, long to) {
    try {
      exclusively(
          () -> {
            headWithWal.delete(selectors, from, to);
            blocks.delete(selectors, from, to);
          });
    } catch (IOException e) {
      throw new FaultException(
          Fault.STORAGE_FULL,
          "tombstones in '%s' cannot be written: %s; delete again when the disk is mended"
              .formatted(folder, e.getMessage()),
          e);
    }
  }

  private interface DiskWork {
    void run() throws IOException;
  }

  /// Does what changes blocks, one at a time.
  private void exclusively(DiskWork work) throws IOException {
    maintaining.lock();
    try {
      work.run();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    } finally {
      maintaining.unlock();
    }
  }

  /// Writes blocks anew that have deleted samples, so that these take no room any more.
  public void cleanTombstones() throws IOException {
    exclusively(blocks::cleanTombstones);
  }

  /// Makes `snapshots/NAME` in the store's folder: a folder of blocks that another store can open.
  /// Blocks are linked, not copied.
  ///
  /// @param skipHead whether samples that are in no block yet are left out
  /// @return the snapshot's folder
  public Path snapshot(String name, boolean skipHead) throws IOException {
    maintaining.lock();
    try {
      return new SnapshotWriter(disk, folder)
          .take(name, blocks, skipHead ? new TreeMap<>() : headChunks());
    } finally {
      maintaining.unlock();
    }
  }

  private TreeMap<Labels, ChunkMerger> headChunks() {
    return merged(Long.MIN_VALUE, Long.MAX_VALUE);
  }

  private TreeMap<Labels, ChunkMerger> merged(long from, long to) {
    var all = new TreeMap<Labels, ChunkMerger>();
    head.selectFinished(
        from,
        to,
        (labels, chunks, late) -> {
          var series = new ChunkMerger();
          series.add(chunks);
          series.add(late);
          all.put(labels, series);
        });
    return all;
  }

  /// One round of the store's housekeeping: blocks are written, merged and dropped. A failure
  /// leaves what is there as it is, and the next round tries again.
  public void maintain() throws IOException {
    maintain(HeadWithWal.LockSlices.DEFAULT);
  }

  /// @param turns how the journal is begun anew while others append
  void maintain(HeadWithWal.LockSlices turns) throws IOException {
    try {
      exclusively(() -> compactAndTruncate(turns));
    } catch (IOException e) {
      blocks.countFailure();
      throw e;
    }
  }

  private void compactAndTruncate(HeadWithWal.LockSlices turns) throws IOException {
    headWithWal.syncPending();
    while (isBlockDue()) {
      compactHead(turns);
    }
    if (head.withReadLock(head::outOfOrderSamples) > MAX_OUT_OF_ORDER) {
      headWithWal.advanceMinValidTime(headWithWal.minValidTime());
      compactOutOfOrder(headWithWal.minValidTime(), turns);
    }
    blocks.maintain(
        Math.max(head.withReadLock(head::maxTime), blocks.end()), Math.max(0, headWithWal.journalBytes()));
    headWithWal.checkpointIfLarge(MAX_JOURNAL_BYTES, turns);
  }

  private boolean isBlockDue() {
    return head.withReadLock(
        () ->
            head.minTime() != Long.MAX_VALUE
                && head.maxTime() - head.minTime() > settings.rangeMillis() / 2 * 3);
  }

  private void compactHead(HeadWithWal.LockSlices turns) throws IOException {
    long range = settings.rangeMillis();
    long from = Math.floorDiv(head.withReadLock(head::minTime), range) * range;
    long to = from + range;
    headWithWal.advanceMinValidTime(to);
    blocks.write(from, to, merged(from, to - 1));
    compactOutOfOrder(from, turns);
  }

  /// Writes blocks of what came out of order and belongs to ranges that have been written already;
  /// then the head forgets all that is in blocks.
  private void compactOutOfOrder(long before, HeadWithWal.LockSlices turns) throws IOException {
    long range = settings.rangeMillis();
    for (long at = head.withReadLock(head::minOutOfOrderTime); at < before; ) {
      long from = Math.floorDiv(at, range) * range;
      blocks.write(from, from + range, merged(from, Math.min(from + range, before) - 1));
      at = nextOutOfOrderTime(from + range);
    }
    headWithWal.truncate(headWithWal.minValidTime(), turns);
  }

  private long nextOutOfOrderTime(long from) {
    long[] least = {Long.MAX_VALUE};
    head.selectFinished(
        from,
        Long.MAX_VALUE,
        (_, _, late) ->
            late.forEach(chunk -> least[0] = Math.min(least[0], Math.max(from, chunk.minTime()))));
    return least[0];
  }

  /// What each block says about itself, in order of time.
  public List<BlockMeta> blocks() {
    return blocks.all().stream()
        .map(Block::meta)
        .sorted(Comparator.comparingLong(BlockMeta::minTime))
        .toList();
  }

  public TsdbStats stats() {
    long journalBytes = headWithWal.journalBytes();
    var all = blocks.all();
    return head.withReadLock(
        () ->
            new TsdbStats(
                head.size(),
                head.series().stream().mapToInt(MemSeries::chunkCount).sum(),
                head.postings().pairs(),
                head.minTime(),
                head.maxTime(),
                all.size(),
                blocks.bytes(),
                all.stream().mapToLong(block -> block.meta().samples()).sum(),
                journalBytes,
                headWithWal.limit().max(),
                headWithWal.limit().rejected(),
                headWithWal.limit().largest(),
                head.postings().topMetrics(10),
                head.postings().topLabels(10),
                head.postings().topMemory(10),
                head.postings().topPairs(10)));
  }

  /// What the store's metrics say.
  public TsdbCounts counts() {
    long journalBytes = Math.max(0, headWithWal.journalBytes());
    long inBlocks =
        blocks.all().stream()
            .mapToLong(block -> block.meta().minTime())
            .min()
            .orElse(Long.MAX_VALUE);
    return head.withReadLock(
        () ->
            new TsdbCounts(
                head.size(),
                head.created(),
                head.removed(),
                head.series().stream().mapToLong(MemSeries::chunkCount).sum(),
                head.minTime(),
                head.maxTime(),
                Math.min(inBlocks, Math.min(head.minTime(), head.minOutOfOrderTime())),
                journalBytes,
                headWithWal.corruptions(),
                new TsdbCounts.ExemplarCounts(
                    head.exemplars().size(),
                    head.exemplars().seriesCount(),
                    head.exemplars().max()),
                blocks.counts()));
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
      if (notices.size() < MAX_NOTICES) {
        notices.add(text);
      }
    }
  }

  /// Leaves a picture of the head so that the next start is quick; without it the next start
  /// replays the journal.
  @Override
  public void close() throws IOException {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    maintaining.lock();
    try {
      headWithWal.close();
    } finally {
      maintaining.unlock();
      open.closed();
      blocks.close();
    }
  }
}
