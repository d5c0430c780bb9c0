package dev.gori.metrics.scrape;

import dev.gori.base.observe.SelfMetrics;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Summary;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Target and sync metrics of the jobs, under Prometheus's names. Not thread-safe.
final class ScrapePoolMetrics {

  private final Gauge discovered;
  private final Gauge targets;
  private final Gauge targetLimit;
  private final Counter syncs;
  private final Counter failed;
  private final Summary syncLength;
  private final Set<String> known = new HashSet<>();

  ScrapePoolMetrics(SelfMetrics metrics) {
    var registry = metrics.registry();
    discovered =
        Gauge.builder()
            .name("prometheus_sd_discovered_targets")
            .help("Discovered targets, before relabelling.")
            .labelNames("name", "config")
            .register(registry);
    targets =
        Gauge.builder()
            .name("prometheus_target_scrape_pool_targets")
            .help("Scraped targets of a job.")
            .labelNames("scrape_job")
            .register(registry);
    targetLimit =
        Gauge.builder()
            .name("prometheus_target_scrape_pool_target_limit")
            .help("The target limit of a job; 0 for no limit.")
            .labelNames("scrape_job")
            .register(registry);
    syncs =
        Counter.builder()
            .name("prometheus_target_scrape_pool_sync_total")
            .help("Syncs of a job's targets with service discovery.")
            .labelNames("scrape_job")
            .register(registry);
    failed =
        Counter.builder()
            .name("prometheus_target_sync_failed_total")
            .help("Discovered targets that are invalid.")
            .labelNames("scrape_job")
            .register(registry);
    syncLength =
        quantiles(
                Summary.builder()
                    .name("prometheus_target_sync_length_seconds")
                    .help("Duration of syncs of a job's targets."))
            .labelNames("scrape_job")
            .register(registry);
  }

  /// Adds the quantiles that Prometheus uses for its interval metrics.
  static Summary.Builder quantiles(Summary.Builder builder) {
    return builder
        .quantile(0.01, 0.001)
        .quantile(0.05, 0.005)
        .quantile(0.5, 0.05)
        .quantile(0.9, 0.01)
        .quantile(0.99, 0.001);
  }

  /// Records a sync of a job's targets.
  ///
  /// @param scraped number of active targets
  void synced(ScrapeJob job, int scraped, long nanos) {
    targets.labelValues(job.name()).set(scraped);
    targetLimit.labelValues(job.name()).set(job.limits().targets());
    syncs.labelValues(job.name()).inc();
    syncLength.labelValues(job.name()).observe(nanos / 1e9);
  }

  void failed(ScrapeJob job) {
    failed.labelValues(job.name()).inc();
  }

  /// Removes the metrics of jobs that no longer exist.
  ///
  /// @param found number of targets per job before relabelling
  void found(List<ScrapeJob> jobs, Map<String, Integer> found) {
    var now = new HashSet<String>();
    for (var job : jobs) {
      now.add(job.name());
      discovered.labelValues("scrape", job.name()).set(found.getOrDefault(job.name(), 0));
      failed.labelValues(job.name());
    }
    known.removeAll(now);
    for (var gone : known) {
      discovered.remove("scrape", gone);
      targets.remove(gone);
      targetLimit.remove(gone);
      syncs.remove(gone);
      failed.remove(gone);
      syncLength.remove(gone);
    }
    known.clear();
    known.addAll(now);
  }
}
