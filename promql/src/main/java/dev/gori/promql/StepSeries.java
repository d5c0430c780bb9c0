package dev.gori.promql;

import dev.gori.kernel.label.Labels;
import dev.gori.kernel.sample.FloatHistogram;
import dev.gori.kernel.sample.Sample;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// One series of an instant vector at every step of a grid. A step without a sample holds the stale
/// marker.
final class StepSeries {

  private final Labels labels;
  private final boolean nameDropped;
  private final double[] values;
  private @Nullable FloatHistogram @Nullable [] histograms;

  /// @param nameDropped whether the result has no metric name
  StepSeries(Labels labels, boolean nameDropped, int steps) {
    this(labels, nameDropped, new double[steps], null);
    Arrays.fill(values, Sample.STALE);
  }

  private StepSeries(
      Labels labels,
      boolean nameDropped,
      double[] values,
      @Nullable FloatHistogram @Nullable [] histograms) {
    this.labels = labels;
    this.nameDropped = nameDropped;
    this.values = values;
    this.histograms = histograms;
  }

  Labels labels() {
    return labels;
  }

  boolean isNameDropped() {
    return nameDropped;
  }

  int steps() {
    return values.length;
  }

  /// The same samples under other labels; the samples are shared.
  @SuppressWarnings(
      "ReferenceEquality") // equal labels that are another object only cost a copy of the
  // frame
  StepSeries named(Labels others, boolean dropName) {
    return others == labels && dropName == nameDropped
        ? this
        : new StepSeries(others, dropName, values, histograms);
  }

  StepSeries copy() {
    return new StepSeries(
        labels, nameDropped, values.clone(), histograms == null ? null : histograms.clone());
  }

  boolean has(int step) {
    return !Sample.isStale(values[step]);
  }

  boolean isFloat(int step) {
    return has(step) && (histograms == null || histograms[step] == null);
  }

  boolean hasFloats() {
    for (int i = 0; i < values.length; i++) {
      if (isFloat(i)) {
        return true;
      }
    }
    return false;
  }

  double value(int step) {
    return values[step];
  }

  @Nullable FloatHistogram histogram(int step) {
    return histograms == null ? null : histograms[step];
  }

  void set(int step, double value) {
    values[step] = value;
    if (histograms != null) {
      histograms[step] = null;
    }
  }

  void set(int step, FloatHistogram histogram) {
    if (histograms == null) {
      histograms = new FloatHistogram[values.length];
    }
    values[step] = 0;
    histograms[step] = histogram;
  }

  /// Copies another series' sample at a step, or its absence.
  void set(int step, StepSeries from, int fromStep) {
    var histogram = from.histogram(fromStep);
    if (histogram != null) {
      set(step, histogram);
    } else {
      set(step, from.values[fromStep]);
    }
  }

  void clear(int step) {
    set(step, Sample.STALE);
  }

  int count() {
    int n = 0;
    for (double value : values) {
      n += Sample.isStale(value) ? 0 : 1;
    }
    return n;
  }

  boolean isEmpty() {
    for (double value : values) {
      if (!Sample.isStale(value)) {
        return false;
      }
    }
    return true;
  }

  /// The sample of the only step at each of several steps.
  StepSeries spread(int steps) {
    var wide = new StepSeries(labels, nameDropped, steps);
    var histogram = histogram(0);
    if (histogram != null) {
      wide.histograms = new FloatHistogram[steps];
      Arrays.fill(wide.histograms, histogram);
    }
    Arrays.fill(wide.values, values[0]);
    return wide;
  }
}
