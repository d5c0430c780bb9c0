package dev.gori.kernel.sample;

/// Accepts the samples of one series in timestamp order.
public interface SampleSink {

  /// Adds a float or a stale marker.
  ///
  /// @param millis milliseconds since the epoch
  void add(long millis, double value);

  /// @param millis milliseconds since the epoch
  void add(long millis, FloatHistogram histogram);

  /// Sets the start timestamp of the last added sample's counter.
  ///
  /// @param millis milliseconds since the epoch; 0 if unknown
  void startedAt(long millis);
}
