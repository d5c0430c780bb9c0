package dev.gori.metrics.scrape;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gori.base.conf.Problems;
import dev.gori.base.observe.SelfMetrics;
import dev.gori.kernel.disk.Disk;
import dev.gori.kernel.label.Labels;
import dev.gori.kernel.label.Matcher;
import dev.gori.kernel.sample.Sample;
import dev.gori.kernel.sample.SampleBuffer;
import dev.gori.metrics.store.SampleStore;
import dev.gori.testkit.ManualClock;
import dev.gori.tsdb.TsdbSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.LoggerFactory;

/// A scrape manager with a real store and a manual clock.
final class ScrapeRig implements AutoCloseable {

  final ManualClock time = new ManualClock();
  final SelfMetrics metrics = new SelfMetrics();
  final SampleStore store;
  final ScrapeManager scraping;
  private final Path folder;
  private final boolean startTimes;

  ScrapeRig(Path folder, String config) throws IOException {
    this(folder, config, 100_000, false);
  }

  ScrapeRig(Path folder, String config, int maxSeries, boolean startTimes) throws IOException {
    this.folder = folder;
    this.startTimes = startTimes;
    var log = LoggerFactory.getLogger("scrape");
    store =
        SampleStore.open(
            Disk.local(), folder.resolve("tsdb"), TsdbSettings.DEFAULTS, time, log, metrics);
    scraping = new ScrapeManager(read(config), maxSeries, store, time, log, metrics);
  }

  private ScrapeConfig read(String config) {
    var problems = new Problems();
    var defaults =
        new ScrapeConfig.Defaults(
            Duration.ofSeconds(15),
            Duration.ofSeconds(10),
            Duration.ofSeconds(15),
            ConfigDirectory.open(folder),
            startTimes);
    var read = ScrapeConfig.parse("scrape.yaml", config, defaults, problems);
    assertThat(problems.all()).isEmpty();
    return read;
  }

  /// A configuration with one job for one target, and additional keys of the job.
  static String job(RawTarget target, String... keys) {
    return job(target.address(), keys);
  }

  static String job(String address, String... keys) {
    var more = new StringBuilder();
    for (var key : keys) {
      more.append(key.indent(2));
    }
    return "scrape_configs:\n- job_name: j\n  static_configs: [{targets: ['"
        + address
        + "']}]\n"
        + more;
  }

  void reload(String config) {
    scraping.reload(read(config));
  }

  /// Scrapes all targets, and advances the clock by 15 seconds.
  ScrapeRig round() throws InterruptedException {
    time.forward(Duration.ofSeconds(15));
    scraping.scrapeAll();
    return this;
  }

  String error() {
    return scraping.targets().getFirst().lastError();
  }

  /// The newest sample of a metric with one series.
  double value(String metric) {
    return points(metric).stream()
        .mapToDouble(Sample::value)
        .reduce((_, newer) -> newer)
        .orElse(Double.NaN);
  }

  /// All samples of a metric as `labels value`, or `stale` for a stale marker; without the labels
  /// that every series of the target has.
  List<String> all(String metric) {
    var found = new ArrayList<String>();
    for (var series :
        store.select(List.of(Matcher.equal(Labels.NAME, metric)), 0, Long.MAX_VALUE)) {
      var points = new SampleBuffer();
      series.read(points);
      var text =
          new StringBuilder(
              series.labels().without(List.of(Labels.NAME, "instance", "job")).toString());
      for (int i = 0; i < points.size(); i++) {
        var histogram = points.histogramAt(i);
        text.append(' ')
            .append(
                histogram != null
                    ? histogram
                    : Sample.isStale(points.valueAt(i)) ? "stale" : points.valueAt(i));
      }
      found.add(text.toString());
    }
    return found;
  }

  /// The start timestamp of the newest sample of each series of a metric.
  List<Long> starts(String metric) {
    var found = new ArrayList<Long>();
    for (var series :
        store.select(List.of(Matcher.equal(Labels.NAME, metric)), 0, Long.MAX_VALUE)) {
      var points = new SampleBuffer();
      series.read(points);
      found.add(points.startAt(points.size() - 1));
    }
    return found;
  }

  private List<Sample> points(String metric) {
    var samples = new ArrayList<Sample>();
    for (var series :
        store.select(List.of(Matcher.equal(Labels.NAME, metric)), 0, Long.MAX_VALUE)) {
      var points = new SampleBuffer();
      series.read(points);
      for (int i = 0; i < points.size(); i++) {
        samples.add(new Sample(points.millisAt(i), points.valueAt(i)));
      }
    }
    return samples;
  }

  @Override
  public void close() throws IOException {
    scraping.close();
    store.close();
  }
}
