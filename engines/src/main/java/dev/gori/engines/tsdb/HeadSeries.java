package dev.gori.engines.tsdb;

import dev.gori.kernel.label.Labels;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One series in memory: finished chunks and one that grows. Guarded by the head's lock.
final class HeadSeries {

    /// At a scrape every 5 s these are 20 minutes; long enough that a chunk's fixed cost is small.
    static final int CHUNK_SAMPLES = 240;

    final int number;
    final Labels labels;
    private final List<Chunk> chunks = new ArrayList<>(2);
    private @Nullable XorChunk open;
    private long lastTime = Long.MIN_VALUE;
    private double lastValue;

    HeadSeries(int number, Labels labels) {
        this.number = number;
        this.labels = labels;
    }

    long lastTime() {
        return lastTime;
    }

    double lastValue() {
        return lastValue;
    }

    /// @param range chunks do not cross multiples of it, so that blocks take whole chunks
    void add(long millis, double value, long range) {
        if (open == null
                || open.count() >= CHUNK_SAMPLES
                || Math.floorDiv(open.minTime(), range) != Math.floorDiv(millis, range)) {
            finishOpen();
            open = new XorChunk();
        }
        open.add(millis, value);
        lastTime = millis;
        lastValue = value;
    }

    private void finishOpen() {
        if (open != null) {
            chunks.add(open.toChunk().smallest());
            open = null;
        }
    }

    /// Puts back a finished chunk at a restart; false when it is not newer than what is there.
    boolean restore(Chunk chunk) {
        if (chunk.minTime() <= lastTime) {
            return false;
        }
        finishOpen();
        chunks.add(chunk);
        lastTime = chunk.maxTime();
        var samples = chunk.samples();
        while (samples.next()) {
            lastValue = samples.value();
        }
        return true;
    }

    /// The chunks that overlap the bounds; the growing one as a copy.
    List<Chunk> chunks(long from, long to) {
        var found = new ArrayList<Chunk>(2);
        for (var chunk : chunks) {
            if (chunk.overlaps(from, to)) {
                found.add(chunk);
            }
        }
        if (open != null && open.minTime() <= to && open.maxTime() >= from) {
            found.add(open.toChunk());
        }
        return found;
    }

    boolean hasOpen() {
        return open != null;
    }

    /// Forgets chunks that end before a time; what is left decides whether the series stays.
    void dropBefore(long millis) {
        chunks.removeIf(chunk -> chunk.maxTime() < millis);
        if (open != null && open.maxTime() < millis) {
            open = null;
        }
    }

    boolean isEmpty() {
        return open == null && chunks.isEmpty();
    }

    int chunkCount() {
        return chunks.size() + (open == null ? 0 : 1);
    }

    long minTime() {
        return !chunks.isEmpty() ? chunks.getFirst().minTime() : open != null ? open.minTime() : Long.MAX_VALUE;
    }
}
