package dev.gori.metrics.remote.sender;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// The items of one request: whole records of the queue, as many as fit, or the items of the
/// recorded request.
///
/// @param lost items missing from the queue before it
/// @param after position after this request
/// @param isFull whether further items cannot change it
record SendBatch(List<QueueItem> items, SampleCounts lost, QueuePosition after, boolean isFull) {

  /// @param most maximum number of items, which a single record may exceed
  static SendBatch take(DiskQueue queue, QueuePosition from, int most) throws IOException {
    var items = new ArrayList<QueueItem>();
    var lost = SampleCounts.NONE;
    var at = from;
    while (items.size() < most && !from.isBatchEndAtOrBefore(at.offset())) {
      var read = queue.next(at.offset());
      if (read.isEmpty()) {
        return new SendBatch(items, lost, at, false);
      }
      var record = read.get().record();
      var gap = record.before().minus(at.counts());
      if (!items.isEmpty() && (!gap.isNone() || items.size() + record.items().size() > most)) {
        break;
      }
      lost = lost.plus(gap);
      items.addAll(record.items());
      at = new QueuePosition(read.get().next(), record.after());
    }
    return new SendBatch(items, lost, at, true);
  }

  boolean isEmpty() {
    return items.isEmpty();
  }
}
