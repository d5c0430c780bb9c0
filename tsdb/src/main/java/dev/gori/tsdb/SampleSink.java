package dev.gori.tsdb;

import dev.gori.kernel.sample.FloatHistogram;

/// Takes the samples of one series in order of time.
public interface SampleSink {

  /// A float, or a stale marker.
  void add(long millis, double value);

  void add(long millis, FloatHistogram histogram);

  /// When the counter of the sample that was added last began, in milliseconds since the epoch;
  /// called only where it is known.
  void startedAt(long millis);
}
