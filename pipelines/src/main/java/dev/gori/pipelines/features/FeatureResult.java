package dev.gori.pipelines.features;

import java.util.Map;

/// What was built.
///
/// @param rowsDropped rows of a wrong width
/// @param unreadable numbers and times that could not be read, by raw column
/// @param sha256 of the file that was written, in hexadecimal
/// @param bytes the file's length
public record FeatureResult(
    long rowsRaw,
    long rowsFeature,
    long rowsDropped,
    Map<String, Long> unreadable,
    Map<String, ColumnSummary> summaries,
    String sha256,
    long bytes) {}
