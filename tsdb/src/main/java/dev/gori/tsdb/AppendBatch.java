package dev.gori.tsdb;

import dev.gori.kernel.label.Labels;
import dev.gori.kernel.sample.Exemplar;
import dev.gori.kernel.sample.FloatHistogram;
import dev.gori.kernel.sample.Sample;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Samples and exemplars that {@link Tsdb#append} stores together; readers see all of them or none.
/// Not thread-safe.
public final class AppendBatch {

  /// One exemplar and its series.
  record ExemplarEntry(Labels series, Exemplar exemplar) {}

  /// Visits the stored samples of a batch in the order of the batch, then its stored exemplars.
  public interface StoredVisitor {
    /// @param startMillis start timestamp of the counter in milliseconds since the epoch; 0 if
    ///   unknown
    void sample(Labels series, long millis, double value, long startMillis);

    /// @param startMillis start timestamp of the counter in milliseconds since the epoch; 0 if
    ///   unknown
    void histogram(Labels series, long millis, FloatHistogram histogram, long startMillis);

    void exemplar(Labels series, Exemplar exemplar);
  }

  private static final SeriesRef[] NO_REFS = {};
  private static final FloatHistogram[] NO_HISTOGRAMS = {};
  private static final long[] NO_START_TIMESTAMPS = {};

  private Labels[] labels;
  private long[] millis;
  private double[] values;
  private @Nullable SeriesRef[] ref = NO_REFS;
  private @Nullable FloatHistogram[] histograms = NO_HISTOGRAMS;
  private long[] starts = NO_START_TIMESTAMPS;
  private final List<ExemplarEntry> exemplars = new ArrayList<>(0);
  private final BitSet rejected = new BitSet(0);
  private final BitSet rejectedExemplars = new BitSet(0);
  private int size;

  public AppendBatch() {
    this(16);
  }

  /// @param expected expected number of samples, to size the arrays
  public AppendBatch(int expected) {
    int room = Math.max(16, expected);
    labels = new Labels[room];
    millis = new long[room];
    values = new double[room];
  }

  /// @param millis milliseconds since the epoch
  /// @param value any float; {@link Sample#STALE} ends the series
  public AppendBatch add(SeriesRef series, long millis, double value) {
    add(series.labels(), millis, value);
    setRef(series);
    return this;
  }

  private void setRef(SeriesRef series) {
    if (ref.length < labels.length) {
      ref = Arrays.copyOf(ref, labels.length);
    }
    ref[size - 1] = series;
  }

  /// @param millis milliseconds since the epoch
  /// @param value any float; {@link Sample#STALE} ends the series
  public AppendBatch add(Labels series, long millis, double value) {
    if (size == labels.length) {
      grow(size * 2);
    }
    labels[size] = series;
    this.millis[size] = millis;
    values[size++] = value;
    return this;
  }

  /// As {@link #add(Labels, long, FloatHistogram)}.
  public AppendBatch add(SeriesRef series, long millis, FloatHistogram histogram) {
    add(series.labels(), millis, histogram);
    setRef(series);
    return this;
  }

  /// Adds a native histogram of integers or floats. A histogram whose sum is {@link Sample#STALE}
  /// is a stale marker. The store keeps the reset hints `RESET` and `GAUGE`, and derives the others
  /// from the histogram before.
  ///
  /// @param millis milliseconds since the epoch
  public AppendBatch add(Labels series, long millis, FloatHistogram histogram) {
    if (histogram.isStale()) {
      return add(series, millis, Sample.STALE);
    }
    add(series, millis, histogram.sum());
    if (histograms.length < labels.length) {
      histograms = Arrays.copyOf(histograms, labels.length);
    }
    histograms[size - 1] = histogram;
    return this;
  }

  /// Sets the start timestamp of the sample added last. 0 means unknown.
  ///
  /// @param startMillis milliseconds since the epoch
  public AppendBatch startedAt(long startMillis) {
    if (startMillis != 0) {
      if (starts.length < labels.length) {
        starts = Arrays.copyOf(starts, labels.length);
      }
      starts[size - 1] = startMillis;
    }
    return this;
  }

  /// Adds an exemplar. Its series must exist or be in this batch.
  public AppendBatch exemplar(Labels series, Exemplar exemplar) {
    exemplars.add(new ExemplarEntry(series, exemplar));
    return this;
  }

  private void grow(int wider) {
    labels = Arrays.copyOf(labels, wider);
    millis = Arrays.copyOf(millis, wider);
    values = Arrays.copyOf(values, wider);
  }

  /// Number of floats and histograms, without the exemplars.
  public int size() {
    return size;
  }

  /// Visits what the store has taken of this batch. Call it only after {@link Tsdb#append}.
  public void forEachStored(StoredVisitor to) {
    for (int i = rejected.nextClearBit(0); i < size; i = rejected.nextClearBit(i + 1)) {
      var histogram = histogram(i);
      if (histogram == null) {
        to.sample(labels[i], millis[i], values[i], start(i));
      } else {
        to.histogram(labels[i], millis[i], histogram, start(i));
      }
    }
    for (int i = rejectedExemplars.nextClearBit(0);
        i < exemplars.size();
        i = rejectedExemplars.nextClearBit(i + 1)) {
      to.exemplar(exemplars.get(i).series(), exemplars.get(i).exemplar());
    }
  }

  void reject(int at) {
    rejected.set(at);
  }

  void rejectExemplar(int at) {
    rejectedExemplars.set(at);
  }

  Labels labels(int at) {
    return labels[at];
  }

  /// The reference that the caller passed, or null if it passed labels.
  @Nullable SeriesRef ref(int at) {
    return at < ref.length ? ref[at] : null;
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

  List<ExemplarEntry> exemplars() {
    return exemplars;
  }
}
