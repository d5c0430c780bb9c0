package dev.gori.promql;

import dev.gori.kernel.sample.FloatHistogram;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A sum or mean of samples; it has a result only when all of them are floats or all are
/// histograms.
final class MixedSum {

  /// Why there is no result.
  enum Problem {
    NONE,
    FLOATS_AND_HISTOGRAMS,
    SCHEMAS
  }

  private final boolean isMean;
  private final RunningMean mean = new RunningMean();
  private @Nullable KahanSum sum;
  private @Nullable HistogramSum histograms;
  private Problem problem = Problem.NONE;
  private boolean floats;

  MixedSum(boolean isMean) {
    this.isMean = isMean;
  }

  void add(double value, @Nullable FloatHistogram histogram) {
    if (problem == Problem.SCHEMAS) {
      return;
    }
    if (histogram == null ? histograms != null : floats) {
      mix(histogram);
    } else if (histogram == null) {
      addFloat(value);
    } else {
      addHistogram(histogram);
    }
  }

  /// There is no result for floats with histograms; histograms added before must still be
  /// compatible with each other.
  private void mix(@Nullable FloatHistogram histogram) {
    problem = Problem.FLOATS_AND_HISTOGRAMS;
    floats = true;
    if (histogram != null && histograms != null && !histograms.fits(histogram)) {
      problem = Problem.SCHEMAS;
    }
  }

  private void addFloat(double value) {
    floats = true;
    if (isMean) {
      mean.add(value);
    } else if (sum == null) {
      sum = new KahanSum(value);
    } else {
      sum.add(value);
    }
  }

  private void addHistogram(FloatHistogram histogram) {
    if (histograms == null) {
      histograms = new HistogramSum(histogram);
    } else if (!histograms.fits(histogram)) {
      problem = Problem.SCHEMAS;
    } else if (isMean) {
      histograms.addToMean(histogram);
    } else {
      histograms.add(histogram);
    }
  }

  /// Whether a float was added.
  boolean hasFloats() {
    return floats;
  }

  Problem problem() {
    return problem;
  }

  Optional<HistogramSum> histograms() {
    return Optional.ofNullable(histograms);
  }

  void putInto(StepSeries to, int step) {
    if (histograms != null) {
      to.set(step, isMean ? histograms.mean() : histograms.sum());
    } else if (floats) {
      to.set(step, isMean || sum == null ? mean.value() : sum.value());
    }
  }
}
