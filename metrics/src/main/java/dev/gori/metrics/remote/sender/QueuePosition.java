package dev.gori.metrics.remote.sender;

import dev.gori.base.journal.Journal.Place;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/// How far a receiver has got.
///
/// @param place in the queue of what comes next
/// @param counts what was queued before it
/// @param begun behind the request that the receiver may have got already though it has not said
///   so: what comes next ends there, so that it is the same request again
record QueuePosition(Place offset, SampleCounts counts, Optional<Place> batchEnd) {

  QueuePosition(Place offset, SampleCounts counts) {
    this(offset, counts, Optional.empty());
  }

  QueuePosition withBatchEnd(Place end) {
    return new QueuePosition(offset, counts, Optional.of(end));
  }

  /// Whether the request that was begun ends at or before a place.
  boolean isBatchEndAtOrBefore(Place at) {
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

  /// @throws IllegalArgumentException when it is no position
  static QueuePosition parse(byte[] text) {
    var words = new String(text, StandardCharsets.UTF_8).strip().split(" ", -1);
    if ((words.length != 6 && words.length != 8) || !words[0].equals("1")) {
      throw new IllegalArgumentException(
          "%d words beginning with '%.20s' (expected: 6 or 8, beginning with 1)"
              .formatted(words.length, words[0]));
    }
    var n = Arrays.stream(words).mapToLong(Long::parseLong).toArray();
    var begun = n.length == 6 ? Optional.<Place>empty() : Optional.of(new Place(n[6], n[7]));
    return new QueuePosition(new Place(n[1], n[2]), new SampleCounts(n[3], n[4], n[5]), begun);
  }
}
