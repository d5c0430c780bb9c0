package dev.gori.metrics.remote.sender;

import dev.gori.kernel.label.Labels;
import dev.gori.kernel.sample.Exemplar;

/// One thing to be sent on.
sealed interface QueueItem {

  Labels series();

  long millis();

  /// The same of a series with other labels.
  default QueueItem withLabels(Labels other) {
    return switch (this) {
      case FloatSample(var _, long at, double value, long start) -> new FloatSample(other, at, value, start);
      case HistogramSample(var _, long at, var message, long start) -> new HistogramSample(other, at, message, start);
      case ExemplarSample(var _, var exemplar) -> new ExemplarSample(other, exemplar);
    };
  }

  /// @param start when the counter began; 0 where it is not known
  record FloatSample(Labels series, long millis, double value, long start) implements QueueItem {}

  /// @param message as remote write has it, without the start
  /// @param start when the counter began; 0 where it is not known
  record HistogramSample(Labels series, long millis, byte[] message, long start) implements QueueItem {}

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
