package dev.gori.engines.tsdb;

import dev.gori.kernel.disk.Disk;
import dev.gori.kernel.label.Labels;
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
import java.util.function.Consumer;

/// The blocks of a store, in order of time; they never overlap.
final class Blocks implements AutoCloseable {

    /// A query that began before a block was dropped may still read it for so long.
    private static final Duration GRACE = Duration.ofMinutes(10);

    private record Retired(Block block, Instant when) {}

    private final Disk disk;
    private final Path folder;
    private final TsdbSettings settings;
    private final Time time;
    private final Consumer<String> notice;
    private final List<Retired> retired = new ArrayList<>();
    private volatile List<Block> live = List.of();
    private long nextNumber = 1;

    private Blocks(Disk disk, Path folder, TsdbSettings settings, Time time, Consumer<String> notice) {
        this.disk = disk;
        this.folder = folder;
        this.settings = settings;
        this.time = time;
        this.notice = notice;
    }

    static Blocks open(Disk disk, Path folder, TsdbSettings settings, Time time, Consumer<String> notice) throws IOException {
        disk.createDirectories(folder);
        var blocks = new Blocks(disk, folder, settings, time, notice);
        var found = new ArrayList<Block>();
        for (var file : disk.list(folder)) {
            var name = file.getFileName().toString();
            if (name.endsWith(".tmp")) {
                disk.delete(file);
            } else if (name.endsWith(".block")) {
                blocks.nextNumber = Math.max(blocks.nextNumber, Long.parseLong(name.substring(0, name.indexOf('.'))) + 1);
                blocks.openOrSetAside(file, found);
            }
        }
        blocks.dropReplaced(found);
        blocks.publish(found);
        return blocks;
    }

    private void openOrSetAside(Path file, List<Block> found) throws IOException {
        try {
            found.add(Block.open(disk, file));
        } catch (DamagedException e) {
            var aside = file.resolveSibling(file.getFileName() + ".damaged");
            disk.rename(file, aside);
            disk.syncDirectory(folder);
            notice.accept("%s; set aside as %s, its time is missing and all else serves".formatted(e.getMessage(), aside.getFileName()));
        } catch (UncheckedIOException e) {
            notice.accept("%s cannot be read and is left out: %s".formatted(file, e.getMessage()));
        }
    }

    /// A crash between writing a merged block and deleting those that went into it leaves both.
    private void dropReplaced(List<Block> found) throws IOException {
        var replaced = new HashSet<Long>();
        found.forEach(block -> replaced.addAll(block.meta().parents()));
        for (var block : List.copyOf(found)) {
            if (replaced.contains(block.meta().number())) {
                found.remove(block);
                block.close();
                disk.delete(block.file());
            }
        }
    }

    private void publish(List<Block> blocks) {
        live = blocks.stream().sorted(Comparator.comparingLong(block -> block.meta().minTime())).toList();
    }

    List<Block> all() {
        return live;
    }

    /// The first millisecond that no block covers; the smallest long when there are none.
    long end() {
        return live.stream().mapToLong(block -> block.meta().maxTime()).max().orElse(Long.MIN_VALUE);
    }

    long bytes() {
        return live.stream().mapToLong(Block::bytes).sum();
    }

    /// Writes a block of these series, which come in order of labels; nothing is written when there are none.
    void write(long minTime, long maxTime, TreeMap<Labels, List<Chunk>> series) throws IOException {
        if (series.isEmpty()) {
            return;
        }
        try (var writer = new BlockWriter(disk, file(nextNumber))) {
            for (var one : series.entrySet()) {
                writer.add(one.getKey(), one.getValue());
            }
            add(writer.finish(nextNumber, minTime, maxTime, List.of()).number(), List.of());
        }
    }

    private Path file(long number) {
        return folder.resolve(String.format(Locale.ROOT, "%08d.block", number));
    }

    private void add(long number, List<Block> replaced) throws IOException {
        nextNumber = number + 1;
        var next = new ArrayList<>(live);
        next.removeAll(replaced);
        next.add(Block.open(disk, file(number)));
        publish(next);
        retire(replaced);
    }

    private void retire(List<Block> gone) throws IOException {
        for (var block : gone) {
            disk.delete(block.file());
            retired.add(new Retired(block, time.now()));
        }
        if (!gone.isEmpty()) {
            disk.syncDirectory(folder);
        }
    }

    /// Merges blocks, drops those that are too old or too many, closes those that nobody reads any more.
    void maintain(long newest) throws IOException {
        for (var group = toMerge(); !group.isEmpty(); group = toMerge()) {
            merge(group);
        }
        drop(newest);
        var before = time.now().minus(GRACE);
        for (var old : List.copyOf(retired)) {
            if (old.when().isBefore(before)) {
                retired.remove(old);
                old.block().close();
            }
        }
    }

    /// The blocks of one aligned window that is over: of three first ranges, then of nine, up to a tenth of the retention.
    private List<Block> toMerge() {
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

    private void merge(List<Block> group) throws IOException {
        var series = new TreeMap<Labels, List<ChunkSource>>();
        for (var block : group) {
            for (var entry : block.select(List.of(), Long.MIN_VALUE, Long.MAX_VALUE)) {
                series.computeIfAbsent(entry.labels(), _ -> new ArrayList<>()).addAll(entry.chunks());
            }
        }
        try (var writer = new BlockWriter(disk, file(nextNumber))) {
            for (var one : series.entrySet()) {
                var chunks = joined(one.getKey(), one.getValue());
                if (!chunks.isEmpty()) {
                    writer.add(one.getKey(), chunks);
                }
            }
            var parents = group.stream().map(block -> block.meta().number()).toList();
            var meta = writer.finish(nextNumber, group.getFirst().meta().minTime(), group.getLast().meta().maxTime(), parents);
            add(meta.number(), group);
        }
    }

    /// The chunks with neighbours joined that are short; a damaged one is left out.
    private List<Chunk> joined(Labels labels, List<ChunkSource> sources) {
        var chunks = new ArrayList<Chunk>();
        for (var source : sources) {
            try {
                var chunk = source.load();
                if (!chunks.isEmpty() && isJoinable(chunks.getLast(), chunk)) {
                    chunks.add(join(chunks.removeLast(), chunk));
                } else {
                    chunks.add(chunk);
                }
            } catch (DamagedException e) {
                notice.accept("%s: a chunk of it is lost: %s".formatted(labels, e.getMessage()));
            }
        }
        return chunks;
    }

    private static boolean isJoinable(Chunk one, Chunk other) {
        return !one.encoding().isHistogram()
                && !other.encoding().isHistogram()
                && one.count() + other.count() <= HeadSeries.CHUNK_SAMPLES;
    }

    /// Two short chunks of floats as one.
    private static Chunk join(Chunk first, Chunk second) {
        var series = new Recoded();
        first.read(series);
        second.read(series);
        return series.chunks().getFirst();
    }

    private void drop(long newest) throws IOException {
        var gone = new ArrayList<Block>();
        long limit = newest - settings.retention().toMillis();
        long bytes = bytes();
        for (var block : live) {
            boolean tooOld = block.meta().maxTime() <= limit;
            boolean tooMuch = settings.size().count() > 0 && bytes > settings.size().count();
            if (tooOld || tooMuch) {
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
