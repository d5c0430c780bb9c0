package dev.gori.tsdb;

import dev.gori.base.journal.SyncPolicy;
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

/// A time series database on local disk. The package documentation has its guarantees.
public final class Tsdb implements AutoCloseable {

  /*
   * From head to block
   * ------------------
   * When the head spans 1.5 block ranges, its first range becomes a block and takes no more
   * in-order samples. Readers read the head before the blocks, so that they may see a sample twice
   * but never miss one; duplicates are dropped. Then a checkpoint replaces the journal's older
   * segments. After a crash in between, replay skips in-order samples before the end of the last
   * block.
   *
   * Out-of-order samples
   * --------------------
   * The head keeps the samples of the out-of-order window until it writes a block. Those of the
   * block's range go into it; those of earlier ranges become small blocks, which the next round
   * compacts with the blocks that they overlap.
   *
   * Deletion
   * --------
   * Samples in the head are removed immediately, with a journal record. Samples in blocks are
   * hidden by tombstones until the block is rewritten.
   */

  private static final long MAX_JOURNAL_BYTES = 256L << 20;
  private static final long MAX_OUT_OF_ORDER = 200_000;
  private static final int MAX_NOTICES = 100;

  private final Disk disk;
  private final Path folder;
  private final TsdbSettings settings;
  private final Head head;
  private final MemHead memHead;
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
    this.head =
        new Head(disk, folder.resolve("journal"), settings, time, blocks.end(), this::notice);
    this.memHead = head.memHead();
    this.open = OpenResources.mark("tsdb " + folder);
  }

  /// Opens the store in a folder, creating it if necessary, and recovers everything acknowledged.
  ///
  /// @throws FaultException CONFLICT if the folder has another format version
  public static Tsdb open(Disk disk, Path folder, TsdbSettings settings, Time time)
      throws IOException {
    disk.createDirectories(folder);
    FormatVersion.check(disk, folder);
    return new Tsdb(disk, folder, settings, time);
  }

  /// Appends a batch. What the result counts as stored survives `kill -9` when this returns; it
  /// survives a power failure as soon as `sync` says.
  ///
  /// @throws FaultException STORAGE_FULL if the journal cannot be written; then nothing of the
  ///   batch is acknowledged
  public AppendResult append(AppendBatch batch, SyncPolicy sync) {
    return head.append(batch, sync);
  }

  /// Appends a batch and waits for the sync: it survives a power failure when this returns.
  public AppendResult append(AppendBatch batch) {
    return append(batch, SyncPolicy.NOW);
  }

  /// The series that match all matchers and have samples in the time range, both ends inclusive,
  /// sorted by labels.
  public List<StoredSeries> select(List<Matcher> matchers, long from, long to) {
    var found = new HashMap<Labels, StoredSeries>();
    var recently = new HashMap<Labels, List<List<Chunk>>>();
    memHead.select(
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

  /// The exemplars of a time range, both ends inclusive, of series that match at least one
  /// selector.
  public List<SeriesExemplars> exemplars(List<List<Matcher>> selectors, long from, long to) {
    return memHead.withReadLock(
        () -> memHead.exemplars().within(series -> Head.matchesAny(selectors, series), from, to));
  }

  /// The label names of matching series; of all series in the time range without matchers.
  public TreeSet<String> labelNames(List<Matcher> matchers, long from, long to) {
    var names = new TreeSet<String>();
    if (matchers.isEmpty()) {
      if (headOverlaps(from, to)) {
        names.addAll(memHead.names());
      }
      overlapping(from, to).forEach(block -> names.addAll(block.labels()));
    } else {
      select(matchers, from, to).forEach(series -> names.addAll(series.labels().names()));
    }
    return names;
  }

  /// The values of a label in matching series; in all series in the time range without matchers.
  public TreeSet<String> labelValues(String name, List<Matcher> matchers, long from, long to) {
    var values = new TreeSet<String>();
    if (matchers.isEmpty()) {
      if (headOverlaps(from, to)) {
        values.addAll(memHead.values(name));
      }
      overlapping(from, to).forEach(block -> block.values(name, (value, _) -> values.add(value)));
    } else {
      select(matchers, from, to).forEach(series -> values.add(series.labels().get(name)));
      values.remove("");
    }
    return values;
  }

  private boolean headOverlaps(long from, long to) {
    return memHead.withReadLock(
        () ->
            Math.min(memHead.minTime(), memHead.minOutOfOrderTime()) <= to
                && memHead.maxTime() >= from);
  }

  private List<Block> overlapping(long from, long to) {
    return blocks.all().stream().filter(block -> block.overlaps(from, to)).toList();
  }

  /// Deletes the samples and exemplars of a time range, both ends inclusive, of series that match
  /// at least one selector. Readers no longer see them when this returns, also after a crash.
  /// Compaction or {@link #cleanTombstones} frees the disk space.
  ///
  /// @throws FaultException STORAGE_FULL if the deletion cannot be written; some samples may be
  ///   deleted, and a retry is safe
  public void delete(List<List<Matcher>> selectors, long from, long to) {
    try {
      exclusively(
          () -> {
            head.delete(selectors, from, to);
            blocks.delete(selectors, from, to);
          });
    } catch (IOException e) {
      throw new FaultException(
          Fault.STORAGE_FULL,
          "tombstones in '%s' cannot be written: %s; repair the disk and delete again"
              .formatted(folder, e.getMessage()),
          e);
    }
  }

  private interface DiskWork {
    void run() throws IOException;
  }

  /// Runs one change of the blocks at a time.
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

  /// Rewrites blocks with tombstones without the deleted samples.
  public void cleanTombstones() throws IOException {
    exclusively(blocks::cleanTombstones);
  }

  /// Creates the snapshot `snapshots/NAME`: a folder that another store can open. Blocks are
  /// hard-linked.
  ///
  /// @param skipHead whether to leave out samples that are not in a block yet
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
    memHead.selectFinished(
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

  /// One round of maintenance: writes blocks, compacts them, applies the retention, writes
  /// checkpoints. A failed round changes nothing and is retried by the next one.
  public void maintain() throws IOException {
    maintain(Head.LockSlices.DEFAULT);
  }

  /// @param slices how checkpoints release the append lock
  void maintain(Head.LockSlices slices) throws IOException {
    try {
      exclusively(() -> compactAndTruncate(slices));
    } catch (IOException e) {
      blocks.countFailure();
      throw e;
    }
  }

  private void compactAndTruncate(Head.LockSlices slices) throws IOException {
    head.syncPending();
    while (isBlockDue()) {
      compactHead(slices);
    }
    if (memHead.withReadLock(memHead::outOfOrderSamples) > MAX_OUT_OF_ORDER) {
      head.advanceMinValidTime(head.minValidTime());
      compactOutOfOrder(head.minValidTime(), slices);
    }
    blocks.maintain(
        Math.max(memHead.withReadLock(memHead::maxTime), blocks.end()),
        Math.max(0, head.journalBytes()));
    head.checkpointIfLarge(MAX_JOURNAL_BYTES, slices);
  }

  private boolean isBlockDue() {
    return memHead.withReadLock(
        () ->
            memHead.minTime() != Long.MAX_VALUE
                && memHead.maxTime() - memHead.minTime() > settings.rangeMillis() / 2 * 3);
  }

  private void compactHead(Head.LockSlices slices) throws IOException {
    long range = settings.rangeMillis();
    long from = Math.floorDiv(memHead.withReadLock(memHead::minTime), range) * range;
    long to = from + range;
    head.advanceMinValidTime(to);
    blocks.write(from, to, merged(from, to - 1));
    compactOutOfOrder(from, slices);
  }

  /// Writes blocks of the out-of-order samples before `before`, and truncates the head.
  private void compactOutOfOrder(long before, Head.LockSlices slices) throws IOException {
    long range = settings.rangeMillis();
    for (long at = memHead.withReadLock(memHead::minOutOfOrderTime); at < before; ) {
      long from = Math.floorDiv(at, range) * range;
      blocks.write(from, from + range, merged(from, Math.min(from + range, before) - 1));
      at = nextOutOfOrderTime(from + range);
    }
    head.truncate(head.minValidTime(), slices);
  }

  private long nextOutOfOrderTime(long from) {
    long[] least = {Long.MAX_VALUE};
    memHead.selectFinished(
        from,
        Long.MAX_VALUE,
        (_, _, late) ->
            late.forEach(chunk -> least[0] = Math.min(least[0], Math.max(from, chunk.minTime()))));
    return least[0];
  }

  /// The descriptions of all blocks, sorted by time.
  public List<BlockMeta> blocks() {
    return blocks.all().stream()
        .map(Block::meta)
        .sorted(Comparator.comparingLong(BlockMeta::minTime))
        .toList();
  }

  public TsdbStats stats() {
    long journalBytes = head.journalBytes();
    var all = blocks.all();
    return memHead.withReadLock(
        () ->
            new TsdbStats(
                memHead.size(),
                memHead.series().stream().mapToInt(MemSeries::chunkCount).sum(),
                memHead.postings().pairs(),
                memHead.minTime(),
                memHead.maxTime(),
                all.size(),
                blocks.bytes(),
                all.stream().mapToLong(block -> block.meta().samples()).sum(),
                journalBytes,
                head.limit().max(),
                head.limit().rejected(),
                head.limit().largest(),
                memHead.postings().topMetrics(10),
                memHead.postings().topLabels(10),
                memHead.postings().topMemory(10),
                memHead.postings().topPairs(10)));
  }

  /// The values of the store's own metrics.
  public TsdbCounts counts() {
    long journalBytes = Math.max(0, head.journalBytes());
    long inBlocks =
        blocks.all().stream()
            .mapToLong(block -> block.meta().minTime())
            .min()
            .orElse(Long.MAX_VALUE);
    return memHead.withReadLock(
        () ->
            new TsdbCounts(
                memHead.size(),
                memHead.created(),
                memHead.removed(),
                memHead.series().stream().mapToLong(MemSeries::chunkCount).sum(),
                memHead.minTime(),
                memHead.maxTime(),
                Math.min(inBlocks, Math.min(memHead.minTime(), memHead.minOutOfOrderTime())),
                journalBytes,
                head.corruptions(),
                new TsdbCounts.ExemplarCounts(
                    memHead.exemplars().size(),
                    memHead.exemplars().seriesCount(),
                    memHead.exemplars().max()),
                blocks.counts()));
  }

  /// Messages since the last call: what was set aside, skipped or repaired. The caller logs them.
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

  /// Writes a checkpoint, so that the next start does not have to replay the journal.
  @Override
  public void close() throws IOException {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    maintaining.lock();
    try {
      head.close();
    } finally {
      maintaining.unlock();
      open.closed();
      blocks.close();
    }
  }
}
