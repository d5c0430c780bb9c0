package dev.gori.promql;

import dev.gori.kernel.sample.SampleBuffer;

/// What start timestamps say about counters (experimental): a counter that began after the sample
/// before was reset in between, also when its value does not show it.
final class StartTimestampResets {

  private StartTimestampResets() {}

  /// Whether the counter began again between two samples of a window.
  static boolean isReset(Window w, int before, int after) {
    return isReset(w.points(), w.low() + before, w.low() + after);
  }

  /// Whether the counter began again between two samples.
  static boolean isReset(SampleBuffer points, int before, int after) {
    long start = points.startAt(after);
    if (start == 0 || start >= points.millisAt(after)) {
      return false;
    }
    if (start > points.millisAt(before)) {
      return true;
    }
    // The same moment means a delta, unless the counter's beginning is simply not known.
    long startBefore = points.startAt(before);
    return start == points.millisAt(before)
        && startBefore != 0
        && startBefore < points.millisAt(before);
  }

  /// Whether a sample claims to have begun before the last one, and not together with it.
  static boolean overlaps(Window w, int before, int after) {
    long start = w.points().startAt(w.low() + after);
    return start != 0 && start < w.millis(before) && start != w.points().startAt(w.low() + before);
  }

  /// When the first sample of the window began, if that lies within the window; 0 otherwise.
  static long zeroPoint(Window w) {
    long start = w.points().startAt(w.low());
    return start > w.start() && start < w.millis(0) ? start : 0;
  }

  /// The samples with a zero put in where a counter began, so that ranges with exact ends see it
  /// begin there. One that begins at the moment of the sample before comes behind it.
  static SampleBuffer withZeros(SampleBuffer points) {
    var all = new SampleBuffer();
    for (int i = 0; i < points.size(); i++) {
      long start = points.startAt(i);
      boolean begins =
          i == 0 ? start != 0 && start < points.millisAt(0) : isReset(points, i - 1, i);
      var histogram = points.histogramAt(i);
      if (histogram == null) {
        if (begins) {
          all.add(start, 0);
        }
        all.add(points.millisAt(i), points.valueAt(i));
      } else {
        if (begins) {
          all.add(start, histogram.times(0));
        }
        all.add(points.millisAt(i), histogram);
      }
    }
    return all;
  }
}
