package dev.gori.metrics.scrape;

import dev.gori.kernel.label.Labels;
import dev.gori.kernel.sample.BucketScheme;
import dev.gori.metrics.client.HttpClientConfig;
import dev.gori.metrics.exposition.EscapingScheme;
import dev.gori.metrics.exposition.ExpositionParser;
import dev.gori.metrics.exposition.ScrapeProtocol;
import dev.gori.metrics.relabel.Relabel;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// One entry of `scrape_configs`.
///
/// @param fileSdConfigs file service discovery
/// @param httpSdConfigs HTTP service discovery
/// @param failureLog file for failed scrapes
record ScrapeJob(
    String name,
    Duration interval,
    Duration timeout,
    String scheme,
    String path,
    Map<String, List<String>> params,
    HttpClientConfig http,
    Options options,
    Limits limits,
    List<TargetGroup> targets,
    List<FileSdConfig> fileSdConfigs,
    List<HttpSdConfig> httpSdConfigs,
    Optional<Path> failureLog,
    List<Relabel> relabel,
    List<Relabel> metricRelabel) {

  /// How to scrape and parse.
  ///
  /// @param trackTimestamps whether series with explicit timestamps get stale markers
  /// @param protocols accepted protocols, in order of preference
  /// @param fallback protocol for a missing or unknown content type
  /// @param legacyNames whether names are restricted to letters, digits, `_` and `:`
  /// @param escaping escaping scheme to ask for
  /// @param extraMetrics whether to store `scrape_timeout_seconds`, `scrape_sample_limit` and
  ///   `scrape_body_size_bytes`
  /// @param compression whether to accept gzip
  record Options(
      boolean honorLabels,
      boolean honorTimestamps,
      boolean trackTimestamps,
      List<ScrapeProtocol> protocols,
      Optional<ScrapeProtocol> fallback,
      boolean legacyNames,
      EscapingScheme escaping,
      boolean extraMetrics,
      boolean compression,
      ExpositionParser.Options histograms) {}

  /// Limits on a scrape; 0 for no limit.
  ///
  /// @param samples per scrape, after relabelling
  /// @param bodySize uncompressed bytes per scrape
  /// @param labels per sample
  /// @param labelNameLength bytes
  /// @param labelValueLength bytes
  /// @param targets per job; if there are more, none is scraped
  /// @param keepDroppedTargets dropped targets to keep for the API
  /// @param buckets per native histogram; its resolution is reduced to fit
  /// @param finestSchema native histograms with a finer schema are reduced to it
  record Limits(
      int samples,
      long bodySize,
      int labels,
      int labelNameLength,
      int labelValueLength,
      int targets,
      int keepDroppedTargets,
      int buckets,
      int finestSchema) {

    static final int COARSEST = BucketScheme.MIN_EXPONENTIAL;
    static final Limits NONE = new Limits(0, 0, 0, 0, 0, 0, 0, 0, BucketScheme.MAX_EXPONENTIAL);

    /// The finest schema whose buckets grow by at least this factor; the finest of all for 0.
    static int finestSchema(double factor) {
      if (factor <= 1) {
        return BucketScheme.MAX_EXPONENTIAL;
      }
      double schema = Math.floor(-Math.log(Math.log(factor) / Math.log(2)) / Math.log(2));
      return (int) Math.clamp(schema, BucketScheme.MIN_EXPONENTIAL, BucketScheme.MAX_EXPONENTIAL);
    }
  }

  /// Targets with common labels, from the configuration or from service discovery.
  record TargetGroup(String source, List<String> addresses, Labels labels) {}

  record FileSdConfig(List<FilePattern> patterns, Duration refresh) {}

  /// A list of targets that an HTTP server provides.
  record HttpSdConfig(URI url, Duration refresh, HttpClientConfig http) {}
}
