package dev.gori.pipelines.features;

import dev.gori.base.json.Json;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The metadata files of a feature version: its source and its content.
///
/// @param createdAt when the version was written; `schema.json` shows it in Asia/Seoul, ISO 8601
/// @param commit of the workspace; null if no commit is known
public record VersionMetadata(
    FeatureVersion version,
    String pipeline,
    Instant createdAt,
    String sourceRawPath,
    String sourceEtag,
    String runId,
    @Nullable String commit) {

  /// The content of `schema.json`.
  public byte[] schemaJson(FeatureSpec spec) {
    var columns = new LinkedHashMap<String, String>();
    spec.columns().forEach(column -> columns.put(column, "double"));
    return pretty(
        Json.object(
            "feature_version",
            version.value(),
            "pipeline_name",
            pipeline,
            "created_at",
            DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(
                createdAt.atZone(FeatureVersion.ZONE).toOffsetDateTime()),
            "columns",
            columns,
            "label",
            spec.label() == null ? null : spec.label().name()));
  }

  /// The content of `metadata.json`. Writing it publishes the version, so it is written last.
  public byte[] metadataJson(RawCheck check, FeatureResult result) {
    return pretty(
        Json.object(
            "feature_version", version.value(),
            "pipeline_name", pipeline,
            "source_raw_path", sourceRawPath,
            "source_etag", sourceEtag,
            "rows_raw", result.rowsRaw(),
            "rows_feature", result.rowsFeature(),
            "rows_dropped", result.rowsDropped(),
            "raw_null_rate", check.nullRate(),
            "null_rate_by_column", check.nullRateByColumn(),
            "unreadable_by_column", result.unreadable(),
            "valid", check.valid(),
            "run_id", runId,
            "commit", commit,
            "sha256", result.sha256(),
            "columns", summaries(result)));
  }

  private static Map<String, Object> summaries(FeatureResult result) {
    var columns = new LinkedHashMap<String, Object>();
    result
        .summaries()
        .forEach(
            (name, summary) ->
                columns.put(
                    name,
                    Json.object(
                        "count", summary.count(),
                        "mean", summary.mean(),
                        "stddev", summary.stddev(),
                        "min", summary.min(),
                        "max", summary.max(),
                        "quantiles", summary.quantiles())));
    return columns;
  }

  private static byte[] pretty(Object value) {
    return Json.mapper().writerWithDefaultPrettyPrinter().writeValueAsBytes(value);
  }
}
