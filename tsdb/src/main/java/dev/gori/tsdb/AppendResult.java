package dev.gori.tsdb;

import dev.gori.kernel.label.Labels;
import java.util.List;
import java.util.Optional;

/// What came of a batch. What is not stored is counted by reason; the rest of the batch is stored
/// and durable.
///
/// @param floats what came of the float samples
/// @param histograms what came of the native histograms
/// @param exemplars what came of the exemplars
/// @param refusals the first refused sample of each reason, in the order of the batch
public record AppendResult(
    Count floats, Count histograms, ExemplarCount exemplars, List<Rejection> rejections) {

  public AppendResult {
    rejections = List.copyOf(rejections);
  }

  /// Samples of one kind.
  ///
  /// @param stored written, with those that were there already with the same value
  /// @param outOfOrder older than the newest one of their series, where no out-of-order window is
  ///   set
  /// @param duplicates with the time of one that has another value
  /// @param tooOld from before the out-of-order window, or in time that blocks cover already
  /// @param overLimit of new series beyond the limit
  /// @param invalid histograms that contradict themselves
  public record Count(
      int stored, int outOfOrder, int duplicates, int tooOld, int overLimit, int invalid) {
    public int rejected() {
      return outOfOrder + duplicates + tooOld + overLimit + invalid;
    }
  }

  /// @param stored written; one that equals the newest of its series counts as stored and is not
  ///   written again
  /// @param outOfOrder older than the newest one of their series
  /// @param tooLong with labels of more than 128 characters
  /// @param unknown of a series that does not exist
  public record ExemplarCount(int stored, int outOfOrder, int tooLong, int unknownSeries) {
    public int rejected() {
      return outOfOrder + tooLong + unknownSeries;
    }
  }

  /// Why something is not stored.
  public enum Reason {
    OUT_OF_ORDER,
    DUPLICATE,
    TOO_OLD,
    OVER_LIMIT,
    INVALID,
    EXEMPLAR_OUT_OF_ORDER,
    EXEMPLAR_TOO_LONG,
    EXEMPLAR_UNKNOWN_SERIES
  }

  /// One sample or exemplar that is not stored.
  ///
  /// @param why in words, with the series
  public record Rejection(Reason kind, Labels series, long millis, String reason) {}

  /// Samples of both kinds that are stored.
  public int stored() {
    return floats.stored + histograms.stored;
  }

  /// Samples of both kinds that are not stored.
  public int rejected() {
    return floats.rejected() + histograms.rejected();
  }

  public int outOfOrder() {
    return floats.outOfOrder + histograms.outOfOrder;
  }

  public int duplicates() {
    return floats.duplicates + histograms.duplicates;
  }

  public int tooOld() {
    return floats.tooOld + histograms.tooOld;
  }

  public int overLimit() {
    return floats.overLimit + histograms.overLimit;
  }

  public int invalid() {
    return floats.invalid + histograms.invalid;
  }

  /// The first refusal in words, with the offender.
  public Optional<String> problem() {
    return rejections.stream().map(Rejection::reason).findFirst();
  }
}
