package dev.gori.kernel.sample;

import java.util.Arrays;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Samples in growing columns. It allocates the columns of histograms and start timestamps only if
/// there are any. Not safe for concurrent use.
public final class SampleBuffer implements SampleSink {

  private static final FloatHistogram[] NO_HISTOGRAMS = {};
  private static final long[] NO_STARTS = {};

  private final long limit;
  private final Supplier<? extends RuntimeException> overLimit;
  private long[] millis;
  private double[] values;
  private @Nullable FloatHistogram[] histograms = NO_HISTOGRAMS;
  private long[] starts = NO_STARTS;
  private int size;
  private boolean anyHistogram;
  private boolean anyStart;

  public SampleBuffer() {
    this(256);
  }

  /// @param capacity samples that it holds before it grows, from 1
  public SampleBuffer(int capacity) {
    this(capacity, Long.MAX_VALUE, IllegalStateException::new);
  }

  /// @param limit samples beyond which it does not grow
  /// @param overLimit creates the exception that it throws then
  public SampleBuffer(int capacity, long limit, Supplier<? extends RuntimeException> overLimit) {
    this.limit = limit;
    this.overLimit = overLimit;
    millis = new long[capacity];
    values = new double[capacity];
  }

  /// @param atMillis not before the last sample's timestamp, if the samples are of one series
  @Override
  public void add(long atMillis, double value) {
    int index = grow(atMillis);
    values[index] = value;
    if (anyHistogram) {
      histograms[index] = null;
    }
  }

  /// A histogram whose sum is the stale marker is a stale marker.
  @Override
  public void add(long atMillis, FloatHistogram histogram) {
    if (histogram.isStale()) {
      add(atMillis, Sample.STALE);
      return;
    }
    int index = grow(atMillis);
    useHistograms();
    values[index] = histogram.sum();
    histograms[index] = histogram;
  }

  @Override
  public void startedAt(long startMillis) {
    if (startMillis != 0) {
      useStarts();
      starts[size - 1] = startMillis;
    }
  }

  private void useHistograms() {
    if (!anyHistogram) {
      anyHistogram = true;
      if (histograms.length < millis.length) {
        histograms = new FloatHistogram[millis.length];
      } else {
        Arrays.fill(histograms, 0, size, null);
      }
    }
  }

  private void useStarts() {
    if (!anyStart) {
      anyStart = true;
      if (starts.length < millis.length) {
        starts = new long[millis.length];
      } else {
        Arrays.fill(starts, 0, size, 0);
      }
    }
  }

  private int grow(long atMillis) {
    if (size == millis.length) {
      if (size >= limit) {
        throw overLimit.get();
      }
      int wider = size * 2;
      millis = Arrays.copyOf(millis, wider);
      values = Arrays.copyOf(values, wider);
      if (anyHistogram) {
        histograms = Arrays.copyOf(histograms, wider);
      }
      if (anyStart) {
        starts = Arrays.copyOf(starts, wider);
      }
    }
    millis[size] = atMillis;
    if (anyStart) {
      starts[size] = 0;
    }
    return size++;
  }

  /// Inserts a sample in timestamp order, at a timestamp without a sample.
  ///
  /// @param startMillis 0 if unknown
  public void insert(
      long atMillis, double value, @Nullable FloatHistogram histogram, long startMillis) {
    int index = -indexOf(atMillis) - 1;
    int moved = grow(atMillis) - index;
    shift(millis, index, moved);
    shift(values, index, moved);
    millis[index] = atMillis;
    values[index] = value;
    if (histogram != null) {
      useHistograms();
    }
    if (anyHistogram) {
      shift(histograms, index, moved);
      histograms[index] = histogram;
    }
    if (startMillis != 0) {
      useStarts();
    }
    if (anyStart) {
      shift(starts, index, moved);
      starts[index] = startMillis;
    }
  }

  private static void shift(Object column, int index, int count) {
    System.arraycopy(column, index, column, index + 1, count);
  }

  public int size() {
    return size;
  }

  /// The index of the sample at a timestamp, or, if there is none, a negative value as {@link
  /// Arrays#binarySearch} returns. The samples must be in timestamp order.
  public int indexOf(long atMillis) {
    return Arrays.binarySearch(millis, 0, size, atMillis);
  }

  public long millisAt(int index) {
    return millis[index];
  }

  /// The float; the sum of a histogram.
  public double valueAt(int index) {
    return values[index];
  }

  /// The histogram, or null if the sample is a float.
  public @Nullable FloatHistogram histogramAt(int index) {
    return anyHistogram ? histograms[index] : null;
  }

  /// The start timestamp of the counter, in milliseconds since the epoch; 0 if unknown.
  public long startAt(int index) {
    return anyStart ? starts[index] : 0;
  }

  public boolean isStaleAt(int index) {
    return Sample.isStale(values[index]) && histogramAt(index) == null;
  }

  public boolean hasHistograms() {
    return anyHistogram;
  }

  public boolean hasStarts() {
    return anyStart;
  }

  /// Adds one sample to another sink.
  public void addTo(SampleSink sink, int index) {
    var histogram = histogramAt(index);
    if (histogram == null) {
      sink.add(millis[index], values[index]);
    } else {
      sink.add(millis[index], histogram);
    }
    if (startAt(index) != 0) {
      sink.startedAt(startAt(index));
    }
  }

  /// Replaces the histogram of a sample.
  public void replace(int index, FloatHistogram histogram) {
    histograms[index] = histogram;
  }

  public void clear() {
    size = 0;
    anyHistogram = false;
    anyStart = false;
  }

  /// Removes stale markers and the samples outside an inclusive time range.
  public void trim(long fromMillis, long toMillis) {
    int kept = 0;
    for (int i = 0; i < size; i++) {
      if (millis[i] >= fromMillis && millis[i] <= toMillis && !isStaleAt(i)) {
        if (kept < i) {
          move(i, kept);
        }
        kept++;
      }
    }
    size = kept;
  }

  private void move(int from, int to) {
    millis[to] = millis[from];
    values[to] = values[from];
    if (anyHistogram) {
      histograms[to] = histograms[from];
    }
    if (anyStart) {
      starts[to] = starts[from];
    }
  }
}
