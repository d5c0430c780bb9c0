package dev.gori.engines.tsdb;

import dev.gori.kernel.label.Labels;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// One series of a selection. Its samples are decoded when they are read, as often as wanted.
public final class StoredSeries {

    private final Labels labels;
    private final long from;
    private final long to;
    private final List<ChunkSource> chunks = new ArrayList<>();
    private final List<Integer> seams = new ArrayList<>(1); // the places where another source begins
    private final Consumer<String> damage;

    StoredSeries(Labels labels, long from, long to, Consumer<String> damage) {
        this.labels = labels;
        this.from = from;
        this.to = to;
        this.damage = damage;
    }

    /// The chunks of one source; sources are added in order of time.
    void add(List<? extends ChunkSource> more) {
        seams.add(chunks.size());
        chunks.addAll(more);
    }

    public Labels labels() {
        return labels;
    }

    /// Gives the samples within the selection's bounds, both included, in order of time. A damaged chunk is left out, and the store says so
    /// in its notices.
    public void read(SampleSink sink) {
        long next = from;
        boolean gap = false;
        for (int i = 0; i < chunks.size(); i++) {
            var chunk = chunks.get(i);
            if (chunk.maxTime() < next) {
                continue;
            }
            try {
                // A block that was written while this was selected has what the head has, too: what was read is not read twice.
                chunk.load().read(next, to, gap || (i > 0 && seams.contains(i)), sink);
                gap = false;
            } catch (DamagedException e) {
                damage.accept("%s: a chunk of it is left out: %s".formatted(labels, e.getMessage()));
                gap = true;
            }
            next = chunk.maxTime() + 1;
        }
    }
}
