package dev.gori.metrics.exposition;

import dev.gori.kernel.label.Labels;
import dev.gori.kernel.sample.FloatHistogram;

/// What a body says, in its order.
public interface MetricSink {

  /// The time of a sample that says none.
  long NO_TIMESTAMP = Long.MIN_VALUE;

  /// What can be said about a metric.
  enum MetadataKind {
    TYPE,
    HELP,
    UNIT
  }

  /// How long the series' text is that begins at a place, when the sink knows it to be the one that
  /// came next in an earlier body; else 0. A reader that is told so need not look at the text
  /// again.
  default int expected(byte[] in, int at, int limit) {
    return 0;
  }

  /// @param series good until this returns
  /// @param millis the sample's own time, or {@link #NO_TIMESTAMP}
  void sample(SeriesText series, double value, long millis) throws ExpositionException;

  /// @param series good until this returns
  /// @param millis the sample's own time, or {@link #NO_TIMESTAMP}
  void histogram(SeriesText series, FloatHistogram histogram, long millis) throws ExpositionException;

  /// When the counter of the sample before began.
  void startedAt(long millis);

  /// An exemplar of the sample before.
  ///
  /// @param millis its own time, or {@link #NO_TIMESTAMP}
  void exemplar(Labels labels, double value, long millis);

  /// Something about a metric, as raw bytes of the body: most bodies say the same as the one
  /// before.
  void metadata(MetadataKind what, byte[] in, int nameFrom, int nameTo, int textFrom, int textTo)
      throws ExpositionException;

  /// Nothing follows.
  default void end() throws ExpositionException {}
}
