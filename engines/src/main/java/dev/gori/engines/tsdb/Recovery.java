package dev.gori.engines.tsdb;

import dev.gori.kernel.label.Labels;
import dev.gori.kernel.sample.Exemplar;
import dev.gori.kernel.sample.FloatHistogram;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Builds the head from the journal's records. A record that makes no sense is left out; the rest is taken.
final class Recovery implements Consumer<ByteBuffer>, JournalRecords.Replay {

    private final Head head;
    private final long valid;
    private final int maxSeries;
    private final Consumer<String> notice;
    private final Set<Integer> refused = new HashSet<>();
    private final Map<Integer, Integer> renumbered = new HashMap<>(); // a series that went and came back before older segments were dropped

    /// @param valid samples before it are in blocks
    Recovery(Head head, long valid, int maxSeries, Consumer<String> notice) {
        this.head = head;
        this.valid = valid;
        this.maxSeries = maxSeries;
        this.notice = notice;
    }

    @Override
    public void accept(ByteBuffer record) {
        try {
            JournalRecords.read(record, this);
        } catch (DamagedException e) {
            notice.accept("a journal record is left out: " + e.getMessage());
        }
    }

    @Override
    public void series(int number, Labels labels) {
        head.passNumber(number);
        var known = head.find(labels);
        if (known != null) {
            renumbered.put(number, known.number);
            return;
        }
        if (head.size() >= maxSeries) {
            if (refused.add(number) && refused.size() == 1) {
                notice.accept("the journal has more than the limit of %d series; further ones are left out, such as %s".formatted(maxSeries, labels));
            }
            return;
        }
        head.create(number, labels);
    }

    @Override
    public void sample(int number, long millis, double value, long start) {
        var series = find(number);
        if (series != null && millis >= valid && millis > series.lastTime()) {
            head.add(series, millis, value, start);
        }
    }

    @Override
    public void sample(int number, long millis, FloatHistogram histogram, long start) {
        var series = find(number);
        if (series != null && millis >= valid && millis > series.lastTime()) {
            head.add(series, millis, histogram, start);
        }
    }

    @Override
    public void exemplar(int number, Exemplar exemplar) {
        var series = find(number);
        if (series != null) {
            head.exemplars().add(series.labels, exemplar);
        }
    }

    private @Nullable HeadSeries find(int number) {
        return head.find(renumbered.getOrDefault(number, number));
    }

    @Override
    public void chunk(int number, Chunk chunk) {
        var series = find(number);
        if (series == null || chunk.maxTime() < valid) {
            return;
        }
        if (chunk.minTime() >= valid && series.restore(chunk)) {
            head.covers(chunk.minTime(), chunk.maxTime());
            return;
        }
        var samples = new Columns();
        chunk.read(samples);
        for (int i = 0; i < samples.size(); i++) {
            var histogram = samples.histogram(i);
            if (histogram == null) {
                sample(number, samples.millis(i), samples.value(i), samples.start(i));
            } else {
                sample(number, samples.millis(i), histogram, samples.start(i));
            }
        }
    }
}
