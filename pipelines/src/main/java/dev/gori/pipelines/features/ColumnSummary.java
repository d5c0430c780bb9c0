package dev.gori.pipelines.features;

import java.util.Map;

/// What a column of a feature version holds, in numbers.
///
/// @param quantiles of a sample of at most 2,000 rows, by name: `p01`, `p05`, `p25`, `p50`, `p75`,
///   `p95`, `p99`
public record ColumnSummary(
    long count,
    double mean,
    double stddev,
    double min,
    double max,
    Map<String, Double> quantiles) {}
