package dev.gori.pipelines.features;

import java.util.Map;

/// Summary statistics of one column of a feature version.
///
/// @param stddev of the population
/// @param quantiles by name, from a sample of at most 2,000 rows: `p01`, `p05`, `p25`, `p50`,
///   `p75`, `p95`, `p99`
public record ColumnSummary(
    long count,
    double mean,
    double stddev,
    double min,
    double max,
    Map<String, Double> quantiles) {}
