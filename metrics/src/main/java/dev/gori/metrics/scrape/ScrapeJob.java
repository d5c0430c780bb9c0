package dev.gori.metrics.scrape;

import dev.gori.kernel.label.Labels;
import dev.gori.kernel.sample.BucketScheme;
import dev.gori.metrics.client.HttpClientConfig;
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
/// @param files patterns of file discovery
/// @param served addresses of HTTP discovery
/// @param failureLog that scrapes which fail are written to
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

  /// How bodies are asked for and read.
  ///
  /// @param trackTimestamps whether series that say their own time get stale markers too
  /// @param protocols that are asked for, the dearest first
  /// @param fallback for a content type that says nothing of use
  /// @param legacyNames whether names must be of letters, digits, `_` and `:`
  /// @param escaping how targets are asked to show other names
  /// @param extraMetrics whether `scrape_timeout_seconds`, `scrape_sample_limit` and
  ///   `scrape_body_size_bytes` are stored
  /// @param compression whether packed answers are asked for
  record Options(
      boolean honorLabels,
      boolean honorTimestamps,
      boolean trackTimestamps,
      List<ScrapeProtocol> protocols,
      Optional<ScrapeProtocol> fallback,
      boolean legacyNames,
      String escaping,
      boolean extraMetrics,
      boolean compression,
      ExpositionParser.Options histograms) {}

  /// What a target may show; 0 for no limit.
  ///
  /// @param samples of one scrape, after relabelling
  /// @param body bytes of one scrape, unpacked; the longest text there is where 0
  /// @param labels of one sample
  /// @param labelName bytes of a label's name
  /// @param labelValue bytes of a label's value
  /// @param targets of the job; with more of them none is scraped
  /// @param keptDropped how many targets that relabelling drops are remembered
  /// @param buckets of a native histogram, which is made coarser until it has no more
  /// @param finestSchema native histograms of a finer one are brought to it
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

    /// The finest schema whose buckets grow by a factor or more; the finest there is for 0.
    static int finestSchema(double factor) {
      if (factor <= 1) {
        return BucketScheme.MAX_EXPONENTIAL;
      }
      double schema = Math.floor(-Math.log(Math.log(factor) / Math.log(2)) / Math.log(2));
      return (int) Math.clamp(schema, BucketScheme.MIN_EXPONENTIAL, BucketScheme.MAX_EXPONENTIAL);
    }
  }

  /// Targets with labels in common, as they are written in the file or found in a discovered one.
  record TargetGroup(String source, List<String> addresses, Labels labels) {}

  record FileSdConfig(List<FilePattern> patterns, Duration refresh) {}

  /// Lists of targets that a server hands out.
  record HttpSdConfig(URI url, Duration refresh, HttpClientConfig http) {}
}
