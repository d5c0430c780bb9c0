package dev.gori.promql;

import dev.gori.kernel.sample.FloatHistogram;
import dev.gori.kernel.sample.SampleBuffer;
import org.jspecify.annotations.Nullable;

/// The samples of one series in a range that slides with the steps of a grid.
final class Window {

  private final RangeVectors.Windows windows;
  private final String metric;
  private final SampleBuffer points;
  private final boolean mixed;
  private int step;
  private long end;
  private int low;
  private int high;
  private int histograms;

  Window(RangeVectors.Windows windows, String metric, SampleBuffer points) {
    this.windows = windows;
    this.metric = metric;
    this.points = points;
    this.mixed = points.hasHistograms();
  }

  /// Moves to the window of a step; steps come in ascending order.
  void moveTo(int newStep) {
    step = newStep;
    end = windows.ends().at(newStep);
    while (high < points.size() && points.millisAt(high) <= end) {
      high++;
    }
    while (low < high && points.millisAt(low) <= start()) {
      low++;
    }
    histograms = mixed ? countHistograms() : 0;
  }

  private int countHistograms() {
    int n = 0;
    for (int i = low; i < high; i++) {
      n += points.histogramAt(i) == null ? 0 : 1;
    }
    return n;
  }

  /// The index of the step in the grid.
  int place() {
    return step;
  }

  /// The metric's name, for messages.
  String metric() {
    return metric;
  }

  /// The start of the window, exclusive, milliseconds since the epoch.
  long start() {
    return end - windows.range();
  }

  /// The end of the window, inclusive, milliseconds since the epoch.
  long end() {
    return end;
  }

  long range() {
    return windows.range();
  }

  SampleBuffer points() {
    return points;
  }

  /// The index of the first sample among all samples of the series.
  int low() {
    return low;
  }

  /// The index after the last sample.
  int high() {
    return high;
  }

  int size() {
    return high - low;
  }

  int floats() {
    return size() - histograms;
  }

  int histograms() {
    return histograms;
  }

  long millis(int i) {
    return points.millisAt(low + i);
  }

  double value(int i) {
    return points.valueAt(low + i);
  }

  boolean isFloat(int i) {
    return !mixed || points.histogramAt(low + i) == null;
  }

  @Nullable FloatHistogram histogram(int i) {
    return points.histogramAt(low + i);
  }

  /// A sample known to be a histogram.
  FloatHistogram histogramAt(int i) {
    var histogram = points.histogramAt(low + i);
    if (histogram == null) {
      throw new IllegalStateException(
          "sample %d of the window is a float (expected: a histogram)".formatted(i));
    }
    return histogram;
  }
}
