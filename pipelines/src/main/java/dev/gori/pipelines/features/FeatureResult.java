package dev.gori.pipelines.features;

import java.util.Map;

/// The result of a feature build.
///
/// @param rowsDropped raw rows with the wrong number of fields
/// @param unreadable how many numbers and times could not be parsed, by raw column
/// @param sha256 of the file, in hexadecimal
/// @param bytes the length of the file
public record FeatureResult(
    long rowsRaw,
    long rowsFeature,
    long rowsDropped,
    Map<String, Long> unreadable,
    Map<String, ColumnSummary> summaries,
    String sha256,
    long bytes) {}
