package dev.gori.metrics.store;

import dev.gori.tsdb.AppendResult;
import dev.gori.tsdb.TsdbCounts;
import dev.gori.tsdb.TsdbSettings;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.function.Supplier;

/// The store's metrics, under the names of Prometheus's TSDB.
final class StoreMetrics {

  private static final String PREFIX = "prometheus_tsdb_";

  private final TsdbSettings settings;
  private final Counter appended;
  private final Counter rejected;
  private final Counter outOfOrder;
  private final Counter outOfBound;
  private final Counter tooOld;
  private final Counter exemplarsAppended;
  private final Counter exemplarsOutOfOrder;

  StoreMetrics(TsdbSettings settings, Supplier<TsdbCounts> counts, PrometheusRegistry registry) {
    this.settings = settings;
    this.appended = counter(registry, "head_samples_appended_total", "Samples stored.");
    this.rejected =
        Counter.builder()
            .name("gori_metrics_samples_refused_total")
            .help("Rejected samples, by reason.")
            .labelNames("reason")
            .register(registry);
    this.outOfOrder =
        counter(
            registry,
            "out_of_order_samples_total",
            "Rejected samples older than the newest one, without an out-of-order window.",
            "type");
    this.outOfBound =
        counter(
            registry,
            "out_of_bound_samples_total",
            "Rejected samples in the time range of blocks, without an out-of-order window.",
            "type");
    this.tooOld =
        counter(
            registry,
            "too_old_samples_total",
            "Rejected samples older than the out-of-order window.",
            "type");
    this.exemplarsAppended =
        counter(registry, "exemplar_exemplars_appended_total", "Exemplars stored.");
    this.exemplarsOutOfOrder =
        counter(
            registry,
            "exemplar_out_of_order_exemplars_total",
            "Rejected exemplars older than the newest one.");
    registry.register((MultiCollector) () -> snapshots(counts.get()));
  }

  private static Counter counter(
      PrometheusRegistry registry, String name, String help, String... labels) {
    return Counter.builder().name(PREFIX + name).help(help).labelNames(labels).register(registry);
  }

  void count(AppendResult done) {
    appended.inc(done.stored());
    exemplarsAppended.inc(done.exemplars().stored());
    exemplarsOutOfOrder.inc(done.exemplars().outOfOrder());
    if (done.rejected() > 0) {
      rejected.labelValues("out_of_order").inc(done.outOfOrder());
      rejected.labelValues("duplicate").inc(done.duplicates());
      rejected.labelValues("too_old").inc(done.tooOld());
      rejected.labelValues("series_limit").inc(done.overLimit());
      rejected.labelValues("invalid").inc(done.invalid());
      countLate("float", done.floats());
      countLate("histogram", done.histograms());
    }
  }

  private void countLate(String type, AppendResult.Count count) {
    outOfOrder.labelValues(type).inc(count.outOfOrder());
    (settings.outOfOrder().isZero() ? outOfBound : tooOld).labelValues(type).inc(count.tooOld());
  }

  private MetricSnapshots snapshots(TsdbCounts now) {
    var blocks = now.blocks();
    return MetricSnapshots.builder()
        .metricSnapshot(gauge("head_series", "Series in the head.", now.series()))
        .metricSnapshot(total("head_series_created", "Series created in the head.", now.created()))
        .metricSnapshot(
            total("head_series_removed", "Series removed from the head.", now.removed()))
        .metricSnapshot(gauge("head_chunks", "Chunks in the head.", now.chunks()))
        .metricSnapshot(millis("head_min_time", "Oldest sample in the head", now.minTime()))
        .metricSnapshot(seconds("head_min_time", "Oldest sample in the head", now.minTime()))
        .metricSnapshot(millis("head_max_time", "Newest sample in the head", now.maxTime()))
        .metricSnapshot(seconds("head_max_time", "Newest sample in the head", now.maxTime()))
        .metricSnapshot(millis("lowest_timestamp", "Oldest sample", now.lowestTime()))
        .metricSnapshot(seconds("lowest_timestamp", "Oldest sample", now.lowestTime()))
        .metricSnapshot(gauge("wal_storage_size_bytes", "The journal.", now.journalBytes()))
        .metricSnapshot(
            total("wal_corruptions", "Corruptions of the journal.", now.journalDamages()))
        .metricSnapshot(gauge("blocks_loaded", "Loaded blocks.", blocks.loaded()))
        .metricSnapshot(gauge("storage_blocks_bytes", "All blocks.", blocks.bytes()))
        .metricSnapshot(total("compactions", "Blocks written.", blocks.written()))
        .metricSnapshot(
            total("compactions_failed", "Failed rounds of maintenance.", blocks.failed()))
        .metricSnapshot(
            total("reloads_failures", "Blocks that could not be loaded.", blocks.notLoaded()))
        .metricSnapshot(
            total("time_retentions", "Blocks dropped by time.", blocks.timeRetentions()))
        .metricSnapshot(
            total("size_retentions", "Blocks dropped by size.", blocks.sizeRetentions()))
        .metricSnapshot(
            gauge("retention_limit_seconds", "Retention time.", settings.retention().toSeconds()))
        .metricSnapshot(
            gauge(
                "retention_limit_bytes",
                "Retention size; 0 for no limit.",
                settings.size().count()))
        .metricSnapshot(
            gauge("exemplar_exemplars_in_storage", "Stored exemplars.", now.exemplars().stored()))
        .metricSnapshot(
            gauge(
                "exemplar_series_with_exemplars_in_storage",
                "Series with exemplars.",
                now.exemplars().series()))
        .metricSnapshot(
            gauge(
                "exemplar_max_exemplars",
                "Capacity of the exemplar storage.",
                now.exemplars().max()))
        .build();
  }

  private static GaugeSnapshot millis(String name, String what, long millis) {
    return gauge(name, what + ", in milliseconds.", millis);
  }

  private static GaugeSnapshot seconds(String name, String what, long millis) {
    return gauge(name + "_seconds", what + ".", millis / 1000.0);
  }

  private static GaugeSnapshot gauge(String name, String help, double value) {
    return GaugeSnapshot.builder()
        .name(PREFIX + name)
        .help(help)
        .dataPoint(GaugeDataPointSnapshot.builder().value(value).build())
        .build();
  }

  private static CounterSnapshot total(String name, String help, double value) {
    return CounterSnapshot.builder()
        .name(PREFIX + name)
        .help(help)
        .dataPoint(CounterDataPointSnapshot.builder().value(value).build())
        .build();
  }
}
