package dev.gori.metrics.exposition;

import dev.gori.kernel.label.Labels;
import dev.gori.kernel.sample.FloatHistogram;

/// Receives the parsed body in order.
public interface MetricSink {

  /// Timestamp of a sample without one.
  long NO_TIMESTAMP = Long.MIN_VALUE;

  /// Kinds of metadata.
  enum MetadataKind {
    TYPE,
    HELP,
    UNIT
  }

  /// The length of the series text at this position if it is the one that the sink expects next;
  /// otherwise 0. Saves the parser from parsing it again.
  default int expected(byte[] in, int at, int limit) {
    return 0;
  }

  /// @param series valid only during the call
  /// @param millis explicit timestamp, or {@link #NO_TIMESTAMP}
  void sample(SeriesText series, double value, long millis) throws ExpositionException;

  /// @param series valid only during the call
  /// @param millis explicit timestamp, or {@link #NO_TIMESTAMP}
  void histogram(SeriesText series, FloatHistogram histogram, long millis)
      throws ExpositionException;

  /// Receives the start timestamp of the previous sample.
  void startedAt(long millis);

  /// Receives an exemplar of the previous sample.
  ///
  /// @param millis timestamp, or {@link #NO_TIMESTAMP}
  void exemplar(Labels labels, double value, long millis);

  /// Receives metadata as byte ranges of the body, because most bodies repeat the previous
  /// metadata.
  void metadata(MetadataKind what, byte[] in, int nameFrom, int nameTo, int textFrom, int textTo)
      throws ExpositionException;

  /// Called after the last line.
  default void end() throws ExpositionException {}
}
