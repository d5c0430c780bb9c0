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
record Position(Place place, Counts counts, Optional<Place> begun) {

  Position(Place place, Counts counts) {
    this(place, counts, Optional.empty());
  }

  Position withBegun(Place end) {
    return new Position(place, counts, Optional.of(end));
  }

  /// Whether the request that was begun ends at or before a place.
  boolean isBegunUntil(Place at) {
    return begun.filter(end -> end.compareTo(at) <= 0).isPresent();
  }

  byte[] text() {
    var text =
        "1 %d %d %d %d %d"
            .formatted(
                place.segment(),
                place.offset(),
                counts.samples(),
                counts.histograms(),
                counts.exemplars());
    var more = begun.map(end -> " %d %d".formatted(end.segment(), end.offset())).orElse("");
    return (text + more + "\n").getBytes(StandardCharsets.UTF_8);
  }

  /// @throws IllegalArgumentException when it is no position
  static Position parse(byte[] text) {
    var words = new String(text, StandardCharsets.UTF_8).strip().split(" ", -1);
    if ((words.length != 6 && words.length != 8) || !words[0].equals("1")) {
      throw new IllegalArgumentException(
          "%d words beginning with '%.20s' (expected: 6 or 8, beginning with 1)"
              .formatted(words.length, words[0]));
    }
    var n = Arrays.stream(words).mapToLong(Long::parseLong).toArray();
    var begun = n.length == 6 ? Optional.<Place>empty() : Optional.of(new Place(n[6], n[7]));
    return new Position(new Place(n[1], n[2]), new Counts(n[3], n[4], n[5]), begun);
  }
}
