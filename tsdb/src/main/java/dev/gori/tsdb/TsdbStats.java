package dev.gori.tsdb;

import java.util.List;

/// What a store holds, for `/api/v1/status/tsdb` and for whoever looks for the metric that
/// exploded.
///
/// @param minTime of the head, in milliseconds; {@link Long#MAX_VALUE} when it is empty
/// @param maxTime of the head, in milliseconds; {@link Long#MIN_VALUE} when it is empty
/// @param blockBytes all blocks on disk
/// @param seriesLimit the most series that the head takes: what is set, or what the heap has room
///   for
/// @param overLimit samples refused since the start because they were of series beyond it
/// @param culprit which metric and which label used the room up, in words; empty while nothing was
///   refused
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

  /// A name and how many there are of it.
  public record Top(String name, long count) {}
}
