package dev.gori.tsdb;

import dev.gori.kernel.label.Labels;
import dev.gori.kernel.sample.Exemplar;
import dev.gori.kernel.sample.FloatHistogram;
import dev.gori.kernel.sample.Sample;
import dev.gori.kernel.sample.SampleBuffer;
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

  private Labels[] labels;
  private final SampleBuffer samples;
  private @Nullable SeriesRef[] ref = NO_REFS;
  private final List<ExemplarEntry> exemplars = new ArrayList<>(0);
  private final BitSet rejected = new BitSet(0);
  private final BitSet rejectedExemplars = new BitSet(0);

  public AppendBatch() {
    this(16);
  }

  /// @param expected expected number of samples, to size the arrays
  public AppendBatch(int expected) {
    int room = Math.max(16, expected);
    labels = new Labels[room];
    samples = new SampleBuffer(room);
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
    ref[samples.size() - 1] = series;
  }

  /// @param millis milliseconds since the epoch
  /// @param value any float; {@link Sample#STALE} ends the series
  public AppendBatch add(Labels series, long millis, double value) {
    series(series);
    samples.add(millis, value);
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
    series(series);
    samples.add(millis, histogram);
    return this;
  }

  private void series(Labels series) {
    if (samples.size() == labels.length) {
      labels = Arrays.copyOf(labels, labels.length * 2);
    }
    labels[samples.size()] = series;
  }

  /// Sets the start timestamp of the sample added last. 0 means unknown.
  ///
  /// @param startMillis milliseconds since the epoch
  public AppendBatch startedAt(long startMillis) {
    samples.startedAt(startMillis);
    return this;
  }

  /// Adds an exemplar. Its series must exist or be in this batch.
  public AppendBatch exemplar(Labels series, Exemplar exemplar) {
    exemplars.add(new ExemplarEntry(series, exemplar));
    return this;
  }

  /// Number of floats and histograms, without the exemplars.
  public int size() {
    return samples.size();
  }

  /// Visits what the store has taken of this batch. Call it only after {@link Tsdb#append}.
  public void forEachStored(StoredVisitor to) {
    for (int i = rejected.nextClearBit(0); i < samples.size(); i = rejected.nextClearBit(i + 1)) {
      var histogram = histogram(i);
      if (histogram == null) {
        to.sample(labels[i], millis(i), value(i), start(i));
      } else {
        to.histogram(labels[i], millis(i), histogram, start(i));
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
    return samples.millisAt(at);
  }

  double value(int at) {
    return samples.valueAt(at);
  }

  @Nullable FloatHistogram histogram(int at) {
    return samples.histogramAt(at);
  }

  long start(int at) {
    return samples.startAt(at);
  }

  List<ExemplarEntry> exemplars() {
    return exemplars;
  }
}
