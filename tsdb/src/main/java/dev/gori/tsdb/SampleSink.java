package dev.gori.tsdb;

import dev.gori.kernel.sample.FloatHistogram;

/// Receives the samples of one series in order of time.
public interface SampleSink {

  /// Receives a float or a stale marker.
  void add(long millis, double value);

  void add(long millis, FloatHistogram histogram);

  /// Sets the start timestamp of the sample added last, in milliseconds since the epoch. Called
  /// only if it is known.
  void startedAt(long millis);
}
