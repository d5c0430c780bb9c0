package dev.gori.metrics.remote.sender;

import dev.gori.base.observe.SelfMetrics;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Summary;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/// Metrics of remote write by destination, under Prometheus's names.
final class QueueManagerMetrics {

  private static final String PREFIX = "prometheus_remote_storage_";
  private static final String[] LABELS = {"remote_name", "url"};

  /// One counter per kind of sample.
  private record PerKind(Counter samples, Counter histograms, Counter exemplars) {
    private static PerKind of(SelfMetrics metrics, String ending, String help, String... labels) {
      Function<String, Counter> counter =
          kind ->
              Counter.builder()
                  .name(PREFIX + kind + ending)
                  .help(help)
                  .labelNames(labels)
                  .register(metrics.registry());
      return new PerKind(
          counter.apply("samples"), counter.apply("histograms"), counter.apply("exemplars"));
    }

    private void add(SampleCounts counts, String... labels) {
      samples.labelValues(labels).inc(counts.samples());
      histograms.labelValues(labels).inc(counts.histograms());
      exemplars.labelValues(labels).inc(counts.exemplars());
    }
  }

  private final PerKind sent;
  private final PerKind failed;
  private final PerKind retried;
  private final PerKind dropped;
  private final Counter metadata;
  private final Counter metadataFailed;
  private final Counter bytes;
  private final Summary duration;
  private final Gauge highestSent;
  private final Gauge highestQueued;

  QueueManagerMetrics(SelfMetrics metrics, Supplier<List<QueueManager>> senders) {
    sent = PerKind.of(metrics, "_total", "Accepted by the receiver.", LABELS);
    failed = PerKind.of(metrics, "_failed_total", "Rejected by the receiver, and dropped.", LABELS);
    retried = PerKind.of(metrics, "_retried_total", "Sent again after a failed request.", LABELS);
    dropped =
        PerKind.of(
            metrics,
            "_dropped_total",
            "Not sent, by reason: the queue was full or damaged, it was too old, or relabelling dropped the series.",
            "remote_name",
            "url",
            "reason");
    var registry = metrics.registry();
    metadata =
        Counter.builder()
            .name(PREFIX + "metadata_total")
            .help("Metadata sent in separate requests.")
            .labelNames(LABELS)
            .register(registry);
    metadataFailed =
        Counter.builder()
            .name(PREFIX + "metadata_failed_total")
            .help("Metadata that could not be sent.")
            .labelNames(LABELS)
            .register(registry);
    bytes =
        Counter.builder()
            .name(PREFIX + "bytes_total")
            .help("Bytes of accepted requests, compressed.")
            .labelNames(LABELS)
            .register(registry);
    duration =
        Summary.builder()
            .name(PREFIX + "sent_batch_duration_seconds")
            .help("Duration of requests.")
            .labelNames(LABELS)
            .register(registry);
    highestQueued =
        Gauge.builder()
            .name(PREFIX + "highest_timestamp_in_seconds")
            .help("Timestamp of the newest queued sample.")
            .register(registry);
    highestSent =
        Gauge.builder()
            .name(PREFIX + "queue_highest_sent_timestamp_seconds")
            .help("Timestamp of the newest accepted sample.")
            .labelNames(LABELS)
            .register(registry);
    pending(metrics, "samples", senders, sender -> sender.pending().samples());
    pending(metrics, "histograms", senders, sender -> sender.pending().histograms());
    pending(metrics, "exemplars", senders, sender -> sender.pending().exemplars());
    gauge(metrics, "shards", "Concurrent requests.", senders, _ -> 1);
  }

  private static void pending(
      SelfMetrics metrics,
      String kind,
      Supplier<List<QueueManager>> senders,
      ToLongFunction<QueueManager> value) {
    gauge(metrics, kind + "_pending", "Queued and not yet sent.", senders, value);
  }

  private static void gauge(
      SelfMetrics metrics,
      String name,
      String help,
      Supplier<List<QueueManager>> senders,
      ToLongFunction<QueueManager> value) {
    GaugeWithCallback.builder()
        .name(PREFIX + name)
        .help(help)
        .labelNames(LABELS)
        .callback(
            out ->
                senders
                    .get()
                    .forEach(sender -> out.call(value.applyAsLong(sender), labels(sender.to()))))
        .register(metrics.registry());
  }

  private static String[] labels(RemoteWriteConfig to) {
    return new String[] {to.name(), to.url().toString()};
  }

  void register(RemoteWriteConfig to) {
    sent.add(SampleCounts.NONE, labels(to));
    failed.add(SampleCounts.NONE, labels(to));
    retried.add(SampleCounts.NONE, labels(to));
    metadataSent(to, 0);
    metadataFailed(to, 0);
    for (var reason : DropReason.values()) {
      dropped(to, reason, SampleCounts.NONE);
    }
  }

  /// Why an item is not sent.
  enum DropReason {
    /// Deleted from the full queue, in a damaged part of it, or not written because the disk
    /// failed.
    LOST_FROM_QUEUE,
    /// Older than `sample_age_limit`.
    TOO_OLD,
    /// Dropped by `write_relabel_configs`.
    DROPPED_SERIES
  }

  void sent(RemoteWriteConfig to, SampleCounts counts, int size, long highestMillis) {
    sent.add(counts, labels(to));
    bytes.labelValues(labels(to)).inc(size);
    var newest = highestSent.labelValues(labels(to));
    newest.set(Math.max(newest.get(), highestMillis / 1000.0));
  }

  void metadataSent(RemoteWriteConfig to, int metrics) {
    metadata.labelValues(labels(to)).inc(metrics);
  }

  void metadataFailed(RemoteWriteConfig to, int metrics) {
    metadataFailed.labelValues(labels(to)).inc(metrics);
  }

  void failed(RemoteWriteConfig to, SampleCounts counts) {
    failed.add(counts, labels(to));
  }

  void retried(RemoteWriteConfig to, SampleCounts counts) {
    retried.add(counts, labels(to));
  }

  void dropped(RemoteWriteConfig to, DropReason reason, SampleCounts counts) {
    dropped.add(counts, to.name(), to.url().toString(), reason.name().toLowerCase(Locale.ROOT));
  }

  void observeDuration(RemoteWriteConfig to, long nanos) {
    duration.labelValues(labels(to)).observe(nanos / 1e9);
  }

  void queued(long newestMillis) {
    highestQueued.set(Math.max(highestQueued.get(), newestMillis / 1000.0));
  }
}
