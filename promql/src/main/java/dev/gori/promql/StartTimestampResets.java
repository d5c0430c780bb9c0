package dev.gori.promql;

import dev.gori.kernel.sample.SampleBuffer;

/// Counter resets by start timestamps (experimental): a counter whose start timestamp is after the
/// sample before was reset, also when its value did not decrease.
final class StartTimestampResets {

  private StartTimestampResets() {}

  /// Whether the counter was reset between two samples of a window.
  static boolean isReset(Window w, int before, int after) {
    return isReset(w.points(), w.low() + before, w.low() + after);
  }

  /// Whether the counter was reset between two samples.
  static boolean isReset(SampleBuffer points, int before, int after) {
    long start = points.startAt(after);
    if (start == 0 || start >= points.millisAt(after)) {
      return false;
    }
    if (start > points.millisAt(before)) {
      return true;
    }
    // A start at the sample before means a delta, unless that sample's own start is unknown.
    long startBefore = points.startAt(before);
    return start == points.millisAt(before)
        && startBefore != 0
        && startBefore < points.millisAt(before);
  }

  /// Whether a sample's start is before the sample before it, and is not that one's start.
  static boolean overlaps(Window w, int before, int after) {
    long start = w.points().startAt(w.low() + after);
    return start != 0 && start < w.millis(before) && start != w.points().startAt(w.low() + before);
  }

  /// The start timestamp of the window's first sample if it lies within the window, else 0.
  static long zeroPoint(Window w) {
    long start = w.points().startAt(w.low());
    return start > w.start() && start < w.millis(0) ? start : 0;
  }

  /// The samples with a zero inserted at each start timestamp, so that `anchored` and `smoothed`
  /// ranges see the start. A zero with the timestamp of the sample before follows it.
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
