package dev.gori.engines.tsdb;

import dev.gori.kernel.label.Labels;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One series of a selection. Its samples are decoded while they are walked over, as often as wanted.
public final class StoredSeries {

    private final Labels labels;
    private final long from;
    private final long to;
    private final List<ChunkSource> chunks = new ArrayList<>();
    private final Consumer<String> damage;

    StoredSeries(Labels labels, long from, long to, Consumer<String> damage) {
        this.labels = labels;
        this.from = from;
        this.to = to;
        this.damage = damage;
    }

    /// Chunks are added in order of time.
    void add(List<? extends ChunkSource> more) {
        chunks.addAll(more);
    }

    public Labels labels() {
        return labels;
    }

    /// The samples within the selection's bounds, both included. A damaged chunk is left out, and the store says so in its notices.
    public SampleCursor samples() {
        return new Cursor();
    }

    private final class Cursor implements SampleCursor {
        private int next;
        private long last = Long.MIN_VALUE;
        private @Nullable SampleCursor current;

        @Override
        public boolean next() {
            while (true) {
                if (current == null && !openNext()) {
                    return false;
                }
                if (advance()) {
                    return true;
                }
                current = null;
            }
        }

        private boolean openNext() {
            while (next < chunks.size()) {
                try {
                    current = chunks.get(next++).load().samples();
                    return true;
                } catch (DamagedException e) {
                    damage.accept("%s: a chunk of it is left out: %s".formatted(labels, e.getMessage()));
                }
            }
            return false;
        }

        private boolean advance() {
            var samples = Objects.requireNonNull(current);
            while (samples.next()) {
                long millis = samples.millis();
                if (millis > to) {
                    next = chunks.size();
                    return false;
                }
                if (millis >= from && millis > last) {
                    last = millis;
                    return true;
                }
            }
            return false;
        }

        @Override
        public long millis() {
            return last;
        }

        @Override
        public double value() {
            return Objects.requireNonNull(current).value();
        }
    }
}
