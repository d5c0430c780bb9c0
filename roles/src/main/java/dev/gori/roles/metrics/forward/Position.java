package dev.gori.roles.metrics.forward;

import dev.gori.machinery.journal.Journal.Place;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// How far a receiver has got.
///
/// @param place in the queue of what comes next
/// @param counts what was queued before it
record Position(Place place, Counts counts) {

    byte[] text() {
        return "1 %d %d %d %d %d\n"
                .formatted(
                        place.segment(),
                        place.offset(),
                        counts.samples(),
                        counts.histograms(),
                        counts.exemplars())
                .getBytes(StandardCharsets.UTF_8);
    }

    /// @throws IllegalArgumentException when it is no position
    static Position parse(byte[] text) {
        var words = new String(text, StandardCharsets.UTF_8).strip().split(" ", -1);
        if (words.length != 6 || !words[0].equals("1")) {
            throw new IllegalArgumentException(
                    "%d words beginning with '%.20s' (expected: 6, beginning with 1)"
                            .formatted(words.length, words[0]));
        }
        var n = Arrays.stream(words).mapToLong(Long::parseLong).toArray();
        return new Position(new Place(n[1], n[2]), new Counts(n[3], n[4], n[5]));
    }
}
