package dev.gori.kernel.sample;

/// Takes the samples of one series in order of time.
public interface SampleSink {

  /// A float, or a stale marker.
  ///
  /// @param millis milliseconds since the epoch
  void add(long millis, double value);

  /// @param millis milliseconds since the epoch
  void add(long millis, FloatHistogram histogram);

  /// The start timestamp of the sample added last: when its counter began.
  ///
  /// @param millis milliseconds since the epoch; 0 where it is not known
  void startedAt(long millis);
}
