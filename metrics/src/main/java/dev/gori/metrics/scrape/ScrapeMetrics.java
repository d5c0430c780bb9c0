package dev.gori.metrics.scrape;

import dev.gori.base.observe.SelfMetrics;
import dev.gori.tsdb.AppendResult;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Summary;

/// Counters of scrape failures, under Prometheus's names.
final class ScrapeMetrics {

  final Counter sampleLimit;
  final Counter bodyLimit;
  final Counter bucketLimit;
  final Counter duplicates;
  final Counter outOfBounds;
  final Counter outOfOrder;
  final Counter exemplarsOutOfOrder;
  final Counter targetLimit;
  final Counter labelLimit;
  final Summary intervals;

  ScrapeMetrics(SelfMetrics metrics) {
    sampleLimit =
        counter(
            metrics,
            "scrapes_exceeded_sample_limit_total",
            "Scrapes that exceeded the sample limit.");
    bodyLimit =
        counter(
            metrics,
            "scrapes_exceeded_body_size_limit_total",
            "Scrapes that exceeded the body size limit.");
    bucketLimit =
        counter(
            metrics,
            "scrapes_exceeded_native_histogram_bucket_limit_total",
            "Scrapes that exceeded the native histogram bucket limit.");
    duplicates =
        counter(
            metrics,
            "scrapes_sample_duplicate_timestamp_total",
            "Samples with a duplicate timestamp but another value.");
    outOfBounds =
        counter(
            metrics,
            "scrapes_sample_out_of_bounds_total",
            "Samples with a timestamp out of bounds.");
    outOfOrder = counter(metrics, "scrapes_sample_out_of_order_total", "Out-of-order samples.");
    exemplarsOutOfOrder =
        counter(metrics, "scrapes_exemplar_out_of_order_total", "Out-of-order exemplars.");
    labelLimit =
        counter(
            metrics,
            "scrape_pool_exceeded_label_limits_total",
            "Scrapes that exceeded a label limit.");
    intervals =
        ScrapePoolMetrics.quantiles(
                Summary.builder()
                    .name("prometheus_target_interval_length_seconds")
                    .help("Actual intervals between scrapes."))
            .labelNames("interval")
            .register(metrics.registry());
    targetLimit =
        counter(
            metrics,
            "scrape_pool_exceeded_target_limit_total",
            "Times that a job exceeded its target limit.");
  }

  private static Counter counter(SelfMetrics metrics, String name, String help) {
    return Counter.builder()
        .name("prometheus_target_" + name)
        .help(help)
        .register(metrics.registry());
  }

  void rejected(AppendResult done) {
    duplicates.inc(done.duplicates());
    outOfOrder.inc(done.outOfOrder());
    outOfBounds.inc(done.tooOld());
    exemplarsOutOfOrder.inc(done.exemplars().outOfOrder());
  }
}
