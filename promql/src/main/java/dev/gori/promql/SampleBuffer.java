package dev.gori.promql;

import dev.gori.kernel.sample.FloatHistogram;
import dev.gori.kernel.sample.Sample;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Samples of one series in order of time, in columns. Filled by a store, read by the engine, and
/// used again for the next series.
public final class SampleBuffer {

  private static final FloatHistogram[] NO_HISTOGRAMS = {};
  private static final long[] NO_STARTS = {};

  private long[] millis = new long[256];
  private double[] values = new double[256];
  private @Nullable FloatHistogram[] histograms = NO_HISTOGRAMS;
  private long[] starts = NO_STARTS;
  private final long most;
  private int size;
  private boolean anyHistogram;
  private boolean anyStart;

  public SampleBuffer() {
    this(Integer.MAX_VALUE);
  }

  /// @param most samples; more are refused with a {@link PromQlException}
  SampleBuffer(long most) {
    this.most = most;
  }

  /// Adds a float, or a stale marker, at a moment not before the last one's.
  public void add(long atMillis, double value) {
    int at = grow(atMillis);
    values[at] = value;
    if (anyHistogram) {
      histograms[at] = null;
    }
  }

  /// Adds a histogram; one whose sum is the stale marker is a stale marker.
  public void add(long atMillis, FloatHistogram histogram) {
    if (Sample.isStale(histogram.sum())) {
      add(atMillis, Sample.STALE);
      return;
    }
    int at = grow(atMillis);
    if (!anyHistogram) {
      anyHistogram = true;
      if (histograms.length < millis.length) {
        histograms = new FloatHistogram[millis.length];
      } else {
        Arrays.fill(histograms, 0, size, null);
      }
    }
    values[at] = histogram.sum();
    histograms[at] = histogram;
  }

  /// Says when the counter of the sample added last began; 0 where it is not known.
  public void startedAt(long startMillis) {
    if (!anyStart) {
      anyStart = true;
      if (starts.length < millis.length) {
        starts = new long[millis.length];
      } else {
        Arrays.fill(starts, 0, size, 0);
      }
    }
    starts[size - 1] = startMillis;
  }

  private int grow(long atMillis) {
    if (size == millis.length) {
      if (size >= most) {
        throw QueryContext.tooManySamples();
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

  public int size() {
    return size;
  }

  public long millisAt(int place) {
    return millis[place];
  }

  /// The float; the sum of a histogram.
  public double valueAt(int place) {
    return values[place];
  }

  /// The histogram, or nothing where the sample is a float.
  public @Nullable FloatHistogram histogramAt(int place) {
    return anyHistogram ? histograms[place] : null;
  }

  /// When the counter began, in milliseconds since the epoch; 0 where it is not known.
  public long startAt(int place) {
    return anyStart ? starts[place] : 0;
  }

  boolean hasHistograms() {
    return anyHistogram;
  }

  boolean hasStarts() {
    return anyStart;
  }

  void clear() {
    size = 0;
    anyHistogram = false;
    anyStart = false;
  }

  /// Leaves out stale markers and what lies outside of a time; both ends belong to it.
  void trim(long fromMillis, long toMillis) {
    int n = 0;
    for (int i = 0; i < size; i++) {
      if (millis[i] >= fromMillis && millis[i] <= toMillis && !isStaleAt(i)) {
        if (n < i) {
          move(i, n);
        }
        n++;
      }
    }
    size = n;
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

  boolean isStaleAt(int place) {
    return Sample.isStale(values[place]) && histogramAt(place) == null;
  }

  void replace(int place, FloatHistogram histogram) {
    histograms[place] = histogram;
  }
}
