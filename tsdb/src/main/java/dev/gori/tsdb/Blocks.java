package dev.gori.tsdb;

import dev.gori.kernel.disk.Disk;
import dev.gori.kernel.label.Labels;
import dev.gori.kernel.label.Matcher;
import dev.gori.kernel.time.Time;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/// The blocks of a store, sorted by time. Blocks of out-of-order samples overlap others until the
/// next compaction.
final class Blocks implements AutoCloseable {

  /// Dropped blocks stay open this long for the queries that still read them.
  private static final Duration GRACE = Duration.ofMinutes(10);

  private record Retired(Block block, Instant since) {}

  private final Disk disk;
  private final Path folder;
  private final TsdbSettings settings;
  private final Time time;
  private final Consumer<String> notice;
  private final List<Retired> retired = new ArrayList<>();
  private volatile List<Block> live = List.of();
  private final AtomicLong notLoaded = new AtomicLong();
  private final AtomicLong written = new AtomicLong();
  private final AtomicLong failed = new AtomicLong();
  private final AtomicLong timeRetentions = new AtomicLong();
  private final AtomicLong sizeRetentions = new AtomicLong();
  private long nextNumber = 1;

  private Blocks(
      Disk disk, Path folder, TsdbSettings settings, Time time, Consumer<String> notice) {
    this.disk = disk;
    this.folder = folder;
    this.settings = settings;
    this.time = time;
    this.notice = notice;
  }

  static Blocks open(
      Disk disk, Path folder, TsdbSettings settings, Time time, Consumer<String> notice)
      throws IOException {
    disk.createDirectories(folder);
    var blocks = new Blocks(disk, folder, settings, time, notice);
    var found = new ArrayList<Block>();
    for (var file : disk.list(folder)) {
      var name = file.getFileName().toString();
      if (name.endsWith(".tmp")) {
        disk.delete(file);
      } else if (name.matches("\\d{8,18}\\.block(\\.damaged)?")) {
        long number = Long.parseLong(name.substring(0, name.indexOf('.')));
        blocks.nextNumber = Math.max(blocks.nextNumber, number + 1);
        if (name.endsWith(".block")) {
          blocks.openOrSetAside(file, found);
        }
      }
    }
    blocks.deleteReplaced(found);
    blocks.deleteOrphanTombstones();
    blocks.publish(found);
    return blocks;
  }

  private void openOrSetAside(Path file, List<Block> found) throws IOException {
    try {
      var block = Block.open(disk, file);
      found.add(block);
      readTombstones(block);
    } catch (CorruptionException e) {
      notLoaded.incrementAndGet();
      notice.accept(
          "%s; set aside as %s: its time range is missing, all other blocks are in use"
              .formatted(e.getMessage(), setAside(file)));
    } catch (UncheckedIOException e) {
      notLoaded.incrementAndGet();
      notice.accept("%s cannot be read and is skipped: %s".formatted(file, e.getMessage()));
    }
  }

  private void readTombstones(Block block) throws IOException {
    var file = block.tombstonesFile();
    if (disk.exists(file)) {
      try {
        block.setTombstones(Tombstones.read(disk.readWhole(file)));
      } catch (CorruptionException e) {
        notice.accept(
            "%s: %s; set aside as %s: the deleted samples of this block are visible again; delete them again"
                .formatted(file, e.getMessage(), setAside(file)));
      }
    }
  }

  private Path setAside(Path file) throws IOException {
    var aside = file.resolveSibling(file.getFileName() + ".damaged");
    disk.rename(file, aside);
    disk.syncDirectory(folder);
    return aside.getFileName();
  }

  /// Deletes the parents of a compacted block, which a crash can leave behind.
  private void deleteReplaced(List<Block> found) throws IOException {
    var replaced = new HashSet<Long>();
    for (var block : List.copyOf(found)) {
      var parents = block.meta().parents();
      if (found.stream().anyMatch(other -> parents.contains(other.meta().number()))
          && isReadableOrSetAside(block, found)) {
        replaced.addAll(parents);
      }
    }
    for (var block : List.copyOf(found)) {
      if (replaced.contains(block.meta().number())) {
        found.remove(block);
        block.close();
        delete(block);
      }
    }
  }

  private boolean isReadableOrSetAside(Block block, List<Block> found) throws IOException {
    try {
      block.verifyChunks();
      return true;
    } catch (CorruptionException e) {
      found.remove(block);
      block.close();
      notLoaded.incrementAndGet();
      notice.accept(
          "%s; set aside as %s: the blocks that were compacted into it are in use"
              .formatted(e.getMessage(), setAside(block.file())));
      return false;
    }
  }

  /// Deletes tombstones without a block: a later block could get the same number.
  private void deleteOrphanTombstones() throws IOException {
    for (var file : disk.list(folder)) {
      var name = file.getFileName().toString();
      if (name.endsWith(".block.tombstones")
          && !disk.exists(file.resolveSibling(name.substring(0, name.lastIndexOf('.'))))) {
        disk.delete(file);
        disk.syncDirectory(folder);
      }
    }
  }

  private void publish(List<Block> blocks) {
    live =
        blocks.stream()
            .sorted(
                Comparator.<Block>comparingLong(block -> block.meta().minTime())
                    .thenComparingLong(block -> block.meta().number()))
            .toList();
  }

  List<Block> all() {
    return live;
  }

  /// End of the newest block, exclusive; {@link Long#MIN_VALUE} without blocks.
  long end() {
    return live.stream().mapToLong(block -> block.meta().maxTime()).max().orElse(Long.MIN_VALUE);
  }

  long bytes() {
    return live.stream().mapToLong(Block::bytes).sum();
  }

  /// Counts a failed round of maintenance.
  void countFailure() {
    failed.incrementAndGet();
  }

  TsdbCounts.BlockCounts counts() {
    return new TsdbCounts.BlockCounts(
        live.size(),
        bytes(),
        notLoaded.get(),
        written.get(),
        failed.get(),
        timeRetentions.get(),
        sizeRetentions.get());
  }

  /// Writes a block of these series, or nothing if there are none.
  void write(long minTime, long maxTime, TreeMap<Labels, ChunkMerger> series) throws IOException {
    replace(List.of(), minTime, maxTime, series);
  }

  /// Writes a block of these series into another folder: the head of a snapshot.
  void writeInto(Path elsewhere, long minTime, long maxTime, TreeMap<Labels, ChunkMerger> series)
      throws IOException {
    try (var writer = new BlockWriter(disk, elsewhere.resolve(fileName(nextNumber)))) {
      if (add(writer, minTime, maxTime - 1, series)) {
        writer.finish(nextNumber, minTime, maxTime, List.of());
      }
    }
  }

  private boolean add(BlockWriter writer, long from, long to, TreeMap<Labels, ChunkMerger> series)
      throws IOException {
    for (var one : series.entrySet()) {
      var chunks =
          one.getValue()
              .toChunks(
                  from,
                  to,
                  e ->
                      notice.accept(
                          "%s: lost a chunk: %s".formatted(one.getKey(), e.getMessage())));
      if (!chunks.isEmpty()) {
        writer.add(one.getKey(), chunks);
      }
    }
    return writer.series() > 0;
  }

  private void replace(
      List<Block> group, long minTime, long maxTime, TreeMap<Labels, ChunkMerger> series)
      throws IOException {
    var next = new ArrayList<>(live);
    try (var writer = new BlockWriter(disk, folder.resolve(fileName(nextNumber)))) {
      if (add(writer, minTime, maxTime - 1, series)) {
        var parents = group.stream().map(block -> block.meta().number()).toList();
        writer.finish(nextNumber, minTime, maxTime, parents);
        next.add(Block.open(disk, folder.resolve(fileName(nextNumber))));
        nextNumber++;
        written.incrementAndGet();
      }
    }
    next.removeAll(group);
    publish(next);
    retire(group);
  }

  private static String fileName(long number) {
    return String.format(Locale.ROOT, "%08d.block", number);
  }

  private void retire(List<Block> gone) throws IOException {
    for (var block : gone) {
      delete(block);
      retired.add(new Retired(block, time.now()));
    }
    if (!gone.isEmpty()) {
      disk.syncDirectory(folder);
    }
  }

  /// Deletes the tombstones last: without them, deleted samples would reappear after a crash.
  private void delete(Block block) throws IOException {
    disk.delete(block.file());
    disk.syncDirectory(folder);
    disk.delete(block.tombstonesFile());
  }

  /// Deletes the samples of a time range, both ends inclusive, of series that match at least one
  /// selector.
  void delete(List<List<Matcher>> selectors, long from, long to) throws IOException {
    for (var block : live) {
      if (block.overlaps(from, to)) {
        var series = block.matchingAny(selectors).toArray();
        if (series.length > 0) {
          var more = block.tombstones().with(series, from, to);
          disk.writeWhole(block.tombstonesFile(), more.toBytes());
          block.setTombstones(more);
        }
      }
    }
  }

  /// Rewrites the blocks that have tombstones without the deleted samples.
  void cleanTombstones() throws IOException {
    for (var block : live) {
      if (!block.tombstones().isEmpty()) {
        compact(List.of(block));
      }
    }
  }

  /// Hard-links all blocks and their tombstones into another folder.
  void linkInto(Path elsewhere) throws IOException {
    for (var block : live) {
      disk.link(block.file(), elsewhere.resolve(block.file().getFileName()));
      if (disk.exists(block.tombstonesFile())) {
        disk.link(block.tombstonesFile(), elsewhere.resolve(block.tombstonesFile().getFileName()));
      }
    }
  }

  /// Compacts blocks, applies the retention, closes dropped blocks.
  ///
  /// @param newest timestamp of the newest sample
  /// @param besides bytes on disk that are not blocks, which count towards the size limit
  void maintain(long newest, long besides) throws IOException {
    for (var group = planCompaction(); !group.isEmpty(); group = planCompaction()) {
      compact(group);
    }
    applyRetention(newest, besides);
    var before = time.now().minus(GRACE);
    for (var old : List.copyOf(retired)) {
      if (old.since().isBefore(before)) {
        retired.remove(old);
        old.block().close();
      }
    }
  }

  private List<Block> planCompaction() {
    var overlapping = overlapping();
    return overlapping.isEmpty() ? adjacentRanges() : overlapping;
  }

  private List<Block> overlapping() {
    var all = live;
    for (int i = 0; i + 1 < all.size(); i++) {
      var group = new ArrayList<>(List.of(all.get(i)));
      long end = all.get(i).meta().maxTime();
      for (int j = i + 1; j < all.size() && all.get(j).meta().minTime() < end; j++) {
        group.add(all.get(j));
        end = Math.max(end, all.get(j).meta().maxTime());
      }
      if (group.size() > 1) {
        return group;
      }
    }
    return List.of();
  }

  /// The blocks of one complete aligned range of 3, 9, … block ranges, up to a tenth of the
  /// retention.
  private List<Block> adjacentRanges() {
    long longest = Math.max(settings.rangeMillis(), settings.retention().toMillis() / 10);
    for (long window = settings.rangeMillis() * 3; window <= longest; window *= 3) {
      var groups = new TreeMap<Long, List<Block>>();
      for (var block : live) {
        long start = Math.floorDiv(block.meta().minTime(), window) * window;
        if (block.meta().maxTime() <= start + window && start + window <= end()) {
          groups.computeIfAbsent(start, _ -> new ArrayList<>()).add(block);
        }
      }
      for (var group : groups.values()) {
        if (group.size() > 1) {
          return group;
        }
      }
    }
    return List.of();
  }

  private void compact(List<Block> group) throws IOException {
    var series = new TreeMap<Labels, ChunkMerger>();
    long end = Long.MIN_VALUE;
    for (var block : group) {
      end = Math.max(end, block.meta().maxTime());
      for (var entry : block.select(List.of(), Long.MIN_VALUE, Long.MAX_VALUE)) {
        series.computeIfAbsent(entry.labels(), _ -> new ChunkMerger()).add(entry.chunks());
      }
    }
    replace(group, group.getFirst().meta().minTime(), end, series);
  }

  private void applyRetention(long newest, long besides) throws IOException {
    var gone = new ArrayList<Block>();
    long limit = newest - settings.retention().toMillis();
    long bytes = bytes() + besides;
    for (var block : live) {
      boolean isOld = block.meta().maxTime() <= limit;
      boolean isMuch = settings.size().count() > 0 && bytes > settings.size().count();
      if (isOld || isMuch) {
        (isOld ? timeRetentions : sizeRetentions).incrementAndGet();
        gone.add(block);
        bytes -= block.bytes();
      }
    }
    if (!gone.isEmpty()) {
      var next = new ArrayList<>(live);
      next.removeAll(gone);
      publish(next);
      retire(gone);
    }
  }

  @Override
  public void close() throws IOException {
    for (var block : live) {
      block.close();
    }
    for (var old : retired) {
      old.block().close();
    }
    retired.clear();
  }
}
