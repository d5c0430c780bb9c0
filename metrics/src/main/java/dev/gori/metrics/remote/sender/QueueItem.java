package dev.gori.metrics.remote.sender;

import dev.gori.kernel.label.Labels;
import dev.gori.kernel.sample.Exemplar;

/// One item to send.
sealed interface QueueItem {

  Labels series();

  long millis();

  /// The same item with other labels.
  default QueueItem withLabels(Labels other) {
    return switch (this) {
      case FloatSample(var _, long at, double value, long start) ->
          new FloatSample(other, at, value, start);
      case HistogramSample(var _, long at, var message, long start) ->
          new HistogramSample(other, at, message, start);
      case ExemplarSample(var _, var exemplar) -> new ExemplarSample(other, exemplar);
    };
  }

  /// @param start start timestamp; 0 if unknown
  record FloatSample(Labels series, long millis, double value, long start) implements QueueItem {}

  /// @param message encoded `Histogram` message, without the start timestamp
  /// @param start start timestamp; 0 if unknown
  record HistogramSample(Labels series, long millis, byte[] message, long start)
      implements QueueItem {}

  record ExemplarSample(Labels series, Exemplar exemplar) implements QueueItem {
    @Override
    public long millis() {
      return exemplar.millis();
    }
  }

  default SampleCounts count() {
    return switch (this) {
      case FloatSample _ -> new SampleCounts(1, 0, 0);
      case HistogramSample _ -> new SampleCounts(0, 1, 0);
      case ExemplarSample _ -> new SampleCounts(0, 0, 1);
    };
  }

  static SampleCounts count(Iterable<QueueItem> items) {
    var sum = SampleCounts.NONE;
    for (var item : items) {
      sum = sum.plus(item.count());
    }
    return sum;
  }
}
