package dev.gori.metrics.scrape;

import dev.gori.base.observe.SelfMetrics;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Summary;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// How many targets the jobs have and how long it takes to follow them, under Prometheus's names.
/// For one thread.
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
            .help("Targets that were found, before relabelling.")
            .labelNames("name", "config")
            .register(registry);
    targets =
        Gauge.builder()
            .name("prometheus_target_scrape_pool_targets")
            .help("Targets of a job that are scraped.")
            .labelNames("scrape_job")
            .register(registry);
    targetLimit =
        Gauge.builder()
            .name("prometheus_target_scrape_pool_target_limit")
            .help("Targets that a job may have, 0 for any number.")
            .labelNames("scrape_job")
            .register(registry);
    syncs =
        Counter.builder()
            .name("prometheus_target_scrape_pool_sync_total")
            .help("How often a job's targets were brought to what was found.")
            .labelNames("scrape_job")
            .register(registry);
    failed =
        Counter.builder()
            .name("prometheus_target_sync_failed_total")
            .help("Targets that were found and cannot be scraped.")
            .labelNames("scrape_job")
            .register(registry);
    syncLength =
        quantiles(
                Summary.builder()
                    .name("prometheus_target_sync_length_seconds")
                    .help("How long a job's targets took to be brought there."))
            .labelNames("scrape_job")
            .register(registry);
  }

  /// Those that Prometheus has for its own intervals.
  static Summary.Builder quantiles(Summary.Builder builder) {
    return builder
        .quantile(0.01, 0.001)
        .quantile(0.05, 0.005)
        .quantile(0.5, 0.05)
        .quantile(0.9, 0.01)
        .quantile(0.99, 0.001);
  }

  /// A job's targets are what was found.
  ///
  /// @param scraped of its targets
  void synced(ScrapeJob job, int scraped, long nanos) {
    targets.labelValues(job.name()).set(scraped);
    targetLimit.labelValues(job.name()).set(job.limits().targets());
    syncs.labelValues(job.name()).inc();
    syncLength.labelValues(job.name()).observe(nanos / 1e9);
  }

  void failed(ScrapeJob job) {
    failed.labelValues(job.name()).inc();
  }

  /// Jobs that are no longer there are not shown.
  ///
  /// @param found how many targets each job has before relabelling
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
