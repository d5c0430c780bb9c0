package dev.gori.tsdb;

/// The values of the store's own metrics, counted since it was opened. Timestamps are in
/// milliseconds.
///
/// @param minTime of the head; {@link Long#MAX_VALUE} if it is empty
/// @param maxTime of the head; {@link Long#MIN_VALUE} if it is empty
/// @param lowestTime of the oldest sample in blocks or head; {@link Long#MAX_VALUE} without any
/// @param journalDamages corruptions of the journal
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

  /// @param max capacity
  public record ExemplarCounts(long stored, long series, long max) {}

  /// @param loaded blocks in use
  /// @param notLoaded blocks that were damaged or unreadable at startup
  /// @param written blocks written from the head or by compaction
  /// @param failed failed rounds of maintenance
  /// @param timeRetentions blocks dropped by the retention time
  /// @param sizeRetentions blocks dropped by the size limit
  public record BlockCounts(
      long loaded,
      long bytes,
      long notLoaded,
      long written,
      long failed,
      long timeRetentions,
      long sizeRetentions) {}
}
