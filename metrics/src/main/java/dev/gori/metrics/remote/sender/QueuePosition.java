package dev.gori.metrics.remote.sender;

import dev.gori.base.journal.Journal.Position;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/// How far a destination has got in the queue.
///
/// @param offset position of the next item
/// @param counts items queued before it
/// @param batchEnd end of a request that the receiver may have stored already: the next request
///   ends there, so that it is the same one
record QueuePosition(Position offset, SampleCounts counts, Optional<Position> batchEnd) {

  QueuePosition(Position offset, SampleCounts counts) {
    this(offset, counts, Optional.empty());
  }

  QueuePosition withBatchEnd(Position end) {
    return new QueuePosition(offset, counts, Optional.of(end));
  }

  /// Whether the recorded request ends at or before a position.
  boolean isBatchEndAtOrBefore(Position at) {
    return batchEnd.filter(end -> end.compareTo(at) <= 0).isPresent();
  }

  byte[] text() {
    var text =
        "1 %d %d %d %d %d"
            .formatted(
                offset.segment(),
                offset.offset(),
                counts.samples(),
                counts.histograms(),
                counts.exemplars());
    var more = batchEnd.map(end -> " %d %d".formatted(end.segment(), end.offset())).orElse("");
    return (text + more + "\n").getBytes(StandardCharsets.UTF_8);
  }

  /// @throws IllegalArgumentException if the text is not a position
  static QueuePosition parse(byte[] text) {
    var words = new String(text, StandardCharsets.UTF_8).strip().split(" ", -1);
    if ((words.length != 6 && words.length != 8) || !words[0].equals("1")) {
      throw new IllegalArgumentException(
          "%d fields beginning with '%.20s' (expected: 6 or 8, beginning with 1)"
              .formatted(words.length, words[0]));
    }
    var n = Arrays.stream(words).mapToLong(Long::parseLong).toArray();
    var begun = n.length == 6 ? Optional.<Position>empty() : Optional.of(new Position(n[6], n[7]));
    return new QueuePosition(new Position(n[1], n[2]), new SampleCounts(n[3], n[4], n[5]), begun);
  }
}
