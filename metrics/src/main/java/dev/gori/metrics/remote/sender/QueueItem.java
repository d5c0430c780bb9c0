package dev.gori.metrics.remote.sender;

import dev.gori.kernel.label.Labels;
import dev.gori.kernel.sample.Exemplar;

/// One thing to be sent on.
sealed interface QueueItem {

  Labels series();

  long millis();

  /// The same of a series with other labels.
  default QueueItem of(Labels other) {
    return switch (this) {
      case Value(var _, long at, double value, long start) -> new Value(other, at, value, start);
      case Native(var _, long at, var message, long start) -> new Native(other, at, message, start);
      case Example(var _, var exemplar) -> new Example(other, exemplar);
    };
  }

  /// @param start when the counter began; 0 where it is not known
  record Value(Labels series, long millis, double value, long start) implements QueueItem {}

  /// @param message as remote write has it, without the start
  /// @param start when the counter began; 0 where it is not known
  record Native(Labels series, long millis, byte[] message, long start) implements QueueItem {}

  record Example(Labels series, Exemplar exemplar) implements QueueItem {
    @Override
    public long millis() {
      return exemplar.millis();
    }
  }

  default Counts count() {
    return switch (this) {
      case Value _ -> new Counts(1, 0, 0);
      case Native _ -> new Counts(0, 1, 0);
      case Example _ -> new Counts(0, 0, 1);
    };
  }

  static Counts count(Iterable<QueueItem> items) {
    var sum = Counts.NONE;
    for (var item : items) {
      sum = sum.plus(item.count());
    }
    return sum;
  }
}
