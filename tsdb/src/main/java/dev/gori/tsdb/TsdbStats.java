package dev.gori.tsdb;

import java.util.List;

/// Cardinality statistics for `/api/v1/status/tsdb`.
///
/// @param minTime of the head, in milliseconds; {@link Long#MAX_VALUE} if it is empty
/// @param maxTime of the head, in milliseconds; {@link Long#MIN_VALUE} if it is empty
/// @param blockBytes size of all blocks
/// @param seriesLimit the effective series limit of the head
/// @param overLimit samples rejected since the start because of the series limit
/// @param largest the metric and the label with the highest cardinality; empty while nothing was
///   rejected
public record TsdbStats(
    int series,
    int chunks,
    int labelPairs,
    long minTime,
    long maxTime,
    int blocks,
    long blockBytes,
    long blockSamples,
    long journalBytes,
    int seriesLimit,
    long overLimit,
    String largest,
    List<Top> topMetrics,
    List<Top> topLabels,
    List<Top> topMemory,
    List<Top> topPairs) {

  /// A name with its count.
  public record Top(String name, long count) {}
}
