package dev.gori.metrics.scrape;

import dev.gori.kernel.label.Labels;
import dev.gori.kernel.sample.Sample;
import dev.gori.tsdb.AppendBatch;
import dev.gori.tsdb.SeriesRef;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/// The report series of a scrape: `up` and `scrape_*`.
final class ScrapeReport {

  private static final List<String> ALWAYS =
      List.of(
          "up",
          "scrape_duration_seconds",
          "scrape_samples_scraped",
          "scrape_samples_post_metric_relabeling",
          "scrape_series_added");
  private static final List<String> EXTRA =
      List.of("scrape_timeout_seconds", "scrape_sample_limit", "scrape_body_size_bytes");

  /// Maximum number of report series.
  static final int MAX_SERIES = ALWAYS.size() + EXTRA.size();

  /// @param kept samples after relabelling
  /// @param bodySize uncompressed bytes; -1 if over the limit, 0 if the scrape failed otherwise
  record Values(boolean up, Duration took, int scraped, int kept, int added, int bodySize) {}

  private final Target target;
  private final List<SeriesRef> series;

  ScrapeReport(Target target) {
    this.target = target;
    var names =
        target.job().options().extraMetrics()
            ? Stream.concat(ALWAYS.stream(), EXTRA.stream())
            : ALWAYS.stream();
    this.series =
        names.map(name -> target.labels().with(Labels.NAME, name)).map(SeriesRef::new).toList();
  }

  void add(AppendBatch batch, long millis, Values numbers) {
    double[] values = {
      numbers.up ? 1 : 0,
      numbers.took.toNanos() / 1e9,
      numbers.scraped,
      numbers.kept,
      numbers.added,
      target.timeout().toMillis() / 1000.0,
      target.job().limits().samples(),
      numbers.bodySize
    };
    for (int i = 0; i < series.size(); i++) {
      batch.add(series.get(i), millis, values[i]);
    }
  }

  void addStaleMarkers(AppendBatch batch, long millis) {
    series.forEach(one -> batch.add(one, millis, Sample.STALE));
  }
}
