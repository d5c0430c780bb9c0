package dev.gori.engines.tsdb;

import dev.gori.kernel.sample.FloatHistogram;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Samples that were read, in columns.
final class Columns implements SampleSink {

    private static final FloatHistogram[] NO_HISTOGRAMS = {};
    private static final long[] NO_STARTS = {};

    private long[] millis = new long[256];
    private double[] values = new double[256];
    private @Nullable FloatHistogram[] histograms = NO_HISTOGRAMS;
    private long[] starts = NO_STARTS;
    private int size;

    @Override
    public void add(long at, double value) {
        if (size == millis.length) {
            millis = Arrays.copyOf(millis, size * 2);
            values = Arrays.copyOf(values, size * 2);
        }
        millis[size] = at;
        values[size++] = value;
    }

    @Override
    public void add(long at, FloatHistogram histogram) {
        add(at, histogram.sum());
        if (histograms.length < size) {
            histograms = Arrays.copyOf(histograms, millis.length);
        }
        histograms[size - 1] = histogram;
    }

    @Override
    public void startedAt(long start) {
        if (starts.length < size) {
            starts = Arrays.copyOf(starts, millis.length);
        }
        starts[size - 1] = start;
    }

    int size() {
        return size;
    }

    long millis(int at) {
        return millis[at];
    }

    double value(int at) {
        return values[at];
    }

    @Nullable FloatHistogram histogram(int at) {
        return at < histograms.length ? histograms[at] : null;
    }

    long start(int at) {
        return at < starts.length ? starts[at] : 0;
    }

    /// Gives one sample to another sink.
    void give(int at, SampleSink to) {
        var histogram = histogram(at);
        if (histogram == null) {
            to.add(millis[at], values[at]);
        } else {
            to.add(millis[at], histogram);
        }
        if (start(at) != 0) {
            to.startedAt(start(at));
        }
    }
}
