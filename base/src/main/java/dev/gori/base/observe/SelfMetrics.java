package dev.gori.base.observe;

import dev.gori.base.run.BackgroundThreads;
import io.prometheus.metrics.model.registry.PrometheusRegistry;

/// The metrics of one part. There is no global registry: two environments live in one process.
public final class SelfMetrics {

  private final BackgroundThreads threads;
  private final PrometheusRegistry registry = new PrometheusRegistry();

  public SelfMetrics() {
    this(new BackgroundThreads());
  }

  /// @param threads of the environment, where the part's own are started
  public SelfMetrics(BackgroundThreads threads) {
    this.threads = threads;
  }

  /// Where the part starts its background threads.
  public BackgroundThreads threads() {
    return threads;
  }

  /// Where the part registers its counters, gauges and histograms.
  public PrometheusRegistry registry() {
    return registry;
  }
}
