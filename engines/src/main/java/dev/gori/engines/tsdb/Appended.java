package dev.gori.engines.tsdb;

import java.util.Optional;

/// What came of a batch. Samples that are not stored are counted by reason; the rest of the batch is stored and durable.
///
/// @param stored samples written, with those that were there already with the same value
/// @param outOfOrder samples older than the newest one of their series
/// @param duplicates samples with the time of one that has another value
/// @param tooOld samples from before the head, in time that blocks cover already
/// @param overLimit samples of new series beyond the limit
/// @param problem the first refusal in words, with the offender
public record Appended(int stored, int outOfOrder, int duplicates, int tooOld, int overLimit, Optional<String> problem) {

    public int refused() {
        return outOfOrder + duplicates + tooOld + overLimit;
    }
}
