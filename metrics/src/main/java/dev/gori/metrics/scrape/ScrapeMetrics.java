package dev.gori.metrics.scrape;

import dev.gori.base.observe.SelfMetrics;
import dev.gori.tsdb.AppendResult;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Summary;

/// What went wrong with scrapes, counted under Prometheus's names.
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
            "Scrapes with more samples than are allowed.");
    bodyLimit =
        counter(
            metrics,
            "scrapes_exceeded_body_size_limit_total",
            "Scrapes with a body longer than is allowed.");
    bucketLimit =
        counter(
            metrics,
            "scrapes_exceeded_native_histogram_bucket_limit_total",
            "Scrapes with a native histogram of more buckets than are allowed.");
    duplicates =
        counter(
            metrics,
            "scrapes_sample_duplicate_timestamp_total",
            "Samples of which there were several at one time.");
    outOfBounds =
        counter(
            metrics,
            "scrapes_sample_out_of_bounds_total",
            "Samples from too far in the future or the past.");
    outOfOrder =
        counter(
            metrics,
            "scrapes_sample_out_of_order_total",
            "Samples older than the newest of their series.");
    exemplarsOutOfOrder =
        counter(
            metrics,
            "scrapes_exemplar_out_of_order_total",
            "Exemplars older than the newest of their series.");
    labelLimit =
        counter(
            metrics,
            "scrape_pool_exceeded_label_limits_total",
            "Scrapes with more or longer labels than are allowed.");
    intervals =
        ScrapePoolMetrics.quantiles(
                Summary.builder()
                    .name("prometheus_target_interval_length_seconds")
                    .help("How far apart scrapes of a target really are."))
            .labelNames("interval")
            .register(metrics.registry());
    targetLimit =
        counter(
            metrics,
            "scrape_pool_exceeded_target_limit_total",
            "Times that a job had more targets than are allowed.");
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
