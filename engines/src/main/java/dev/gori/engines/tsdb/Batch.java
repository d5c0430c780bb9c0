package dev.gori.engines.tsdb;

import dev.gori.kernel.label.Labels;
import java.util.Arrays;

/// Samples that are written together: one record of the journal, visible to readers all at once. For one thread.
public final class Batch {

    private Labels[] labels = new Labels[16];
    private long[] millis = new long[16];
    private double[] values = new double[16];
    private int size;

    /// @param millis milliseconds since the epoch
    /// @param value any float; {@link dev.gori.kernel.sample.Sample#STALE} ends the series
    public Batch add(Labels series, long millis, double value) {
        if (size == labels.length) {
            labels = Arrays.copyOf(labels, size * 2);
            this.millis = Arrays.copyOf(this.millis, size * 2);
            values = Arrays.copyOf(values, size * 2);
        }
        labels[size] = series;
        this.millis[size] = millis;
        values[size++] = value;
        return this;
    }

    public int size() {
        return size;
    }

    Labels labels(int at) {
        return labels[at];
    }

    long millis(int at) {
        return millis[at];
    }

    double value(int at) {
        return values[at];
    }
}
