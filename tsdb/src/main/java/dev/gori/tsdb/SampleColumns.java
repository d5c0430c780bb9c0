package dev.gori.tsdb;

import dev.gori.kernel.sample.FloatHistogram;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Decoded samples by column.
final class SampleColumns implements SampleSink {

  private static final FloatHistogram[] NO_HISTOGRAMS = {};
  private static final long[] NO_START_TIMESTAMPS = {};

  private long[] millis;
  private double[] values;
  private @Nullable FloatHistogram[] histograms = NO_HISTOGRAMS;
  private long[] starts = NO_START_TIMESTAMPS;
  private int size;

  SampleColumns(int capacity) {
    millis = new long[capacity];
    values = new double[capacity];
  }

  @Override
  public void add(long at, double value) {
    if (size == millis.length) {
      millis = Arrays.copyOf(millis, size * 2);
      values = Arrays.copyOf(values, size * 2);
    }
    millis[size] = at;
    values[size++] = value;
    if (histograms.length > 0) {
      if (histograms.length < size) {
        histograms = Arrays.copyOf(histograms, millis.length);
      }
      histograms[size - 1] = null;
    }
    if (starts.length > 0) {
      if (starts.length < size) {
        starts = Arrays.copyOf(starts, millis.length);
      }
      starts[size - 1] = 0;
    }
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

  /// The index of a timestamp, or a negative insertion point as in {@link Arrays#binarySearch}.
  int indexOf(long at) {
    return Arrays.binarySearch(millis, 0, size, at);
  }

  /// Inserts a sample at a timestamp that has none, keeping the order.
  void insert(long at, double value, @Nullable FloatHistogram histogram, long start) {
    int place = -indexOf(at) - 1;
    add(at, value);
    if (histogram != null && histograms.length < size) {
      histograms = Arrays.copyOf(histograms, millis.length);
    }
    if (start != 0 && starts.length < size) {
      starts = Arrays.copyOf(starts, millis.length);
    }
    int moved = size - 1 - place;
    shift(millis, place, moved);
    shift(values, place, moved);
    millis[place] = at;
    values[place] = value;
    if (histograms.length >= size) {
      shift(histograms, place, moved);
      histograms[place] = histogram;
    }
    if (starts.length >= size) {
      shift(starts, place, moved);
      starts[place] = start;
    }
  }

  private static void shift(Object array, int place, int count) {
    System.arraycopy(array, place, array, place + 1, count);
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

  /// Passes one sample to another sink.
  void copy(int at, SampleSink to) {
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
