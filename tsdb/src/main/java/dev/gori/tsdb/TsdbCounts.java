package dev.gori.tsdb;

/// What a store holds and what has happened in it since it was opened, for its metrics. Times are
/// in milliseconds.
///
/// @param minTime of the head; {@link Long#MAX_VALUE} when it is empty
/// @param maxTime of the head; {@link Long#MIN_VALUE} when it is empty
/// @param lowest the time of the oldest sample, in blocks or head; {@link Long#MAX_VALUE} when
///   there is none
/// @param journalDamages how often something in the journal was damaged or missing
public record TsdbCounts(
    long series,
    long created,
    long removed,
    long chunks,
    long minTime,
    long maxTime,
    long lowestTime,
    long journalBytes,
    long journalDamages,
    ExemplarCounts exemplars,
    BlockCounts blocks) {

  /// @param most how many are kept at most
  public record ExemplarCounts(long stored, long series, long max) {}

  /// @param loaded those that serve
  /// @param unloaded those that were damaged or could not be read at the start
  /// @param written made from the head or from other blocks
  /// @param failed rounds of housekeeping that failed
  /// @param tooOld how often blocks were dropped because of their time
  /// @param tooMany how often blocks were dropped because of their size
  public record BlockCounts(
      long loaded,
      long bytes,
      long notLoaded,
      long written,
      long failed,
      long timeRetentions,
      long sizeRetentions) {}
}
