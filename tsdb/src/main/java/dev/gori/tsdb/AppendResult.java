package dev.gori.tsdb;

import dev.gori.kernel.label.Labels;
import java.util.List;
import java.util.Optional;

/// The outcome of an append. Rejected samples are counted by reason; all others are stored.
///
/// @param floats outcome of the floats
/// @param histograms outcome of the native histograms
/// @param exemplars outcome of the exemplars
/// @param rejections the first rejected sample of each reason, in the order of the batch
public record AppendResult(
    Count floats, Count histograms, ExemplarCount exemplars, List<Rejection> rejections) {

  public AppendResult {
    rejections = List.copyOf(rejections);
  }

  /// Counts of samples of one kind.
  ///
  /// @param stored samples written, and samples that the store already had with the same value
  /// @param outOfOrder samples older than the newest one of their series, without an out-of-order
  ///   window
  /// @param duplicates samples whose series has another value at the same timestamp
  /// @param tooOld samples before the out-of-order window, or within the time of a block
  /// @param overLimit samples of new series beyond the series limit
  /// @param invalid inconsistent histograms
  public record Count(
      int stored, int outOfOrder, int duplicates, int tooOld, int overLimit, int invalid) {
    public int rejected() {
      return outOfOrder + duplicates + tooOld + overLimit + invalid;
    }
  }

  /// @param stored exemplars written, and exemplars equal to the newest one of their series
  /// @param outOfOrder exemplars older than the newest one of their series
  /// @param tooLong exemplars whose labels have more than 128 characters
  /// @param unknownSeries exemplars of series that do not exist
  public record ExemplarCount(int stored, int outOfOrder, int tooLong, int unknownSeries) {
    public int rejected() {
      return outOfOrder + tooLong + unknownSeries;
    }
  }

  /// Why a sample or exemplar is not stored.
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
  /// @param millis its timestamp, in milliseconds since the epoch
  /// @param reason message that names the series
  public record Rejection(Reason kind, Labels series, long millis, String reason) {}

  /// Number of stored floats and histograms.
  public int stored() {
    return floats.stored + histograms.stored;
  }

  /// Number of rejected floats and histograms.
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

  /// Message of the first rejection.
  public Optional<String> problem() {
    return rejections.stream().map(Rejection::reason).findFirst();
  }
}
