package dev.gori.metrics.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gori.base.observe.SelfMetrics;
import dev.gori.http.ErrorFormat;
import dev.gori.http.HttpCalls;
import dev.gori.http.HttpServer;
import dev.gori.http.MetricsHandler;
import dev.gori.http.Mount;
import dev.gori.http.Routes;
import dev.gori.kernel.id.Bytes;
import dev.gori.kernel.label.Labels;
import dev.gori.kernel.sample.Exemplar;
import dev.gori.testkit.FaultyDisk;
import dev.gori.testkit.ManualClock;
import dev.gori.testkit.NoLeaks;
import dev.gori.tsdb.AppendBatch;
import dev.gori.tsdb.TsdbSettings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.LoggerFactory;

/// The store's metrics on the role's own metrics page, under Prometheus's names.
@ExtendWith(NoLeaks.class)
final class StoreMetricsTest {

  private static final Path FOLDER = Path.of("/data/tsdb");
  private static final long STEP = 15_000;

  private final ManualClock time = new ManualClock();
  private final FaultyDisk disk = new FaultyDisk(new Random(1));

  private static TsdbSettings settings(Duration retention) {
    return new TsdbSettings(Duration.ofMinutes(10), retention, new Bytes(0), 1000);
  }

  private static Labels series(int i) {
    return Labels.of(Labels.NAME, "m", "i", String.valueOf(i));
  }

  /// The metrics with the prefix `prometheus_tsdb_`, which is removed.
  private static TreeMap<String, Double> page(SelfMetrics metrics) throws IOException {
    var page = new TreeMap<String, Double>();
    try (var server = HttpServer.open("127.0.0.1", 0, HttpServer.Limits.OPEN);
        var calls = HttpCalls.within(Duration.ofSeconds(10))) {
      server.mount(
          List.of(
              new Mount(
                  "/self",
                  new Routes(ErrorFormat.PLAIN).get("/metrics", new MetricsHandler(metrics)))));
      calls
          .get(URI.create(server.uri() + "/self/metrics"))
          .text()
          .lines()
          .filter(line -> line.startsWith("prometheus_tsdb_"))
          .map(line -> line.substring("prometheus_tsdb_".length()))
          .forEach(
              line ->
                  page.put(
                      line.substring(0, line.lastIndexOf(' ')),
                      Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1))));
    }
    return page;
  }

  private SampleStore open(TsdbSettings settings, SelfMetrics metrics) throws IOException {
    return SampleStore.open(
        disk, FOLDER, settings, time, LoggerFactory.getLogger("metrics"), metrics);
  }

  private static int append(SampleStore store, int series, int step) {
    return store.append(new AppendBatch().add(series(series), step * STEP, step)).stored();
  }

  @Test
  void aPageTellsWhatTheStoreHoldsAndWhatHappened() throws IOException {
    var metrics = new SelfMetrics();
    try (var store = open(settings(Duration.ofHours(20)), metrics)) {
      append(store, 9, 0);
      for (int step = 0; step < 100; step++) {
        append(store, 1, step);
        append(store, 2, step);
      }
      store.append(new AppendBatch().exemplar(series(1), new Exemplar(Labels.of("id", "a"), 1, 5)));
      store.append(new AppendBatch().exemplar(series(1), new Exemplar(Labels.of("id", "b"), 1, 4)));
      store.maintain();
      assertThat(append(store, 1, 0)).isZero();
      assertThat(append(store, 1, 98)).isZero();
      var page = page(metrics);
      assertThat(page)
          .containsEntry("head_series", 2.0)
          .containsEntry("head_series_created_total", 3.0)
          .containsEntry("head_series_removed_total", 1.0)
          .containsEntry("head_min_time", 40.0 * STEP)
          .containsEntry("head_min_time_seconds", 600.0)
          .containsEntry("head_max_time", 99.0 * STEP)
          .containsEntry("head_max_time_seconds", 1485.0)
          .containsEntry("lowest_timestamp", 0.0)
          .containsEntry("lowest_timestamp_seconds", 0.0)
          .containsEntry("head_samples_appended_total", 201.0)
          .containsEntry("out_of_bound_samples_total{type=\"float\"}", 1.0)
          .containsEntry("out_of_order_samples_total{type=\"float\"}", 1.0)
          .containsEntry("blocks_loaded", 1.0)
          .containsEntry("compactions_total", 1.0)
          .containsEntry("compactions_failed_total", 0.0)
          .containsEntry("reloads_failures_total", 0.0)
          .containsEntry("wal_corruptions_total", 0.0)
          .containsEntry("time_retentions_total", 0.0)
          .containsEntry("size_retentions_total", 0.0)
          .containsEntry("retention_limit_seconds", 72_000.0)
          .containsEntry("exemplar_exemplars_in_storage", 1.0)
          .containsEntry("exemplar_series_with_exemplars_in_storage", 1.0)
          .containsEntry("exemplar_exemplars_appended_total", 1.0)
          .containsEntry("exemplar_out_of_order_exemplars_total", 1.0)
          .containsEntry("exemplar_max_exemplars", 100_000.0);
      assertThat(page.get("head_chunks")).isBetween(2.0, 4.0);
      assertThat(page.get("storage_blocks_bytes"))
          .isEqualTo((double) disk.size(FOLDER.resolve("blocks/00000001.block")));
      assertThat(page.get("wal_storage_size_bytes")).isPositive();
    }
  }

  @Test
  void whatFailsIsCounted() throws IOException {
    try (var store = open(settings(Duration.ofHours(20)), new SelfMetrics())) {
      for (int step = 0; step < 180; step++) {
        append(store, 1, step);
      }
      store.maintain();
    }
    var block = disk.list(FOLDER.resolve("blocks")).getFirst();
    disk.flipBit(block, disk.size(block) - 30);
    var journal =
        disk.list(FOLDER.resolve("journal")).stream()
            .filter(file -> file.toString().endsWith(".journal"))
            .toList();
    disk.flipBit(journal.getLast(), 20);
    var metrics = new SelfMetrics();
    try (var store = open(settings(Duration.ofMinutes(30)), metrics)) {
      assertThat(page(metrics))
          .containsEntry("wal_corruptions_total", 1.0)
          .containsEntry("reloads_failures_total", 1.0);
      assertThat(store.journalDamages()).isEqualTo(1);
      for (int step = 180; step < 400; step++) {
        append(store, 1, step);
      }
      disk.room(10);
      try {
        store.maintain();
      } catch (IOException _) {
        // the disk is full
      }
      disk.room(Long.MAX_VALUE);
      assertThat(page(metrics)).containsEntry("compactions_failed_total", 1.0);
      store.maintain();
      assertThat(page(metrics).get("time_retentions_total")).isPositive();
    }
  }
}
