package dev.gori.metrics;

import dev.gori.base.conf.Problems;
import dev.gori.base.observe.SelfMetrics;
import dev.gori.base.run.PeriodicTask;
import dev.gori.http.ErrorFormat;
import dev.gori.http.MetricsHandler;
import dev.gori.http.Mount;
import dev.gori.http.Role;
import dev.gori.http.Routes;
import dev.gori.kernel.disk.Disk;
import dev.gori.kernel.gotext.PrometheusDuration;
import dev.gori.kernel.life.Closer;
import dev.gori.kernel.time.Time;
import dev.gori.metrics.api.ApiMetrics;
import dev.gori.metrics.api.PrometheusApi;
import dev.gori.metrics.node.NodeMetrics;
import dev.gori.metrics.remote.sender.MetricMetadata;
import dev.gori.metrics.remote.sender.WriteStorage;
import dev.gori.metrics.rules.Alertmanager;
import dev.gori.metrics.rules.RuleFiles;
import dev.gori.metrics.rules.RuleManager;
import dev.gori.metrics.scrape.ConfigDirectory;
import dev.gori.metrics.scrape.ScrapeConfig;
import dev.gori.metrics.scrape.ScrapeManager;
import dev.gori.metrics.store.SampleStore;
import dev.gori.promql.EngineOptions;
import dev.gori.promql.PromQl;
import dev.gori.rulefiles.RuleFile;
import dev.gori.tsdb.TsdbSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.slf4j.Logger;

/// The metrics role of one environment.
public final class Metrics implements Role {

  private static final Duration MAINTENANCE_INTERVAL = Duration.ofMinutes(1);

  /// Checking files does not depend on the clock.
  private static final Time NO_TIME =
      new Time() {
        @Override
        public Instant now() {
          return Instant.EPOCH;
        }

        @Override
        public Handle at(Instant when, Runnable task) {
          throw new UnsupportedOperationException("checking files does not schedule anything");
        }
      };

  /// The parsed files of one configuration.
  private record LoadedFiles(ScrapeConfig scrape, List<RuleFile> rules) {}

  /// The store with its remote write.
  private record Storage(SampleStore store, Optional<WriteStorage> remoteWrite) {}

  private final MetricsSettings settings;
  private final MetricsConfig config;
  private final Time time;
  private final ConfigDirectory directory;
  private final SampleStore store;
  private final ScrapeManager scrapeManager;
  private final RuleManager rules;
  private final ApiMetrics counts;
  private final Optional<WriteStorage> remoteWrite;
  private final SelfMetrics node = NodeMetrics.ofThisMachine();
  private final Closer running = new Closer();
  private final AtomicBoolean closed = new AtomicBoolean();

  private Metrics(
      MetricsSettings settings,
      MetricsConfig config,
      Time time,
      ConfigDirectory directory,
      Storage samples,
      ScrapeManager scraping,
      RuleManager rules,
      ApiMetrics counts) {
    this.settings = settings;
    this.config = config;
    this.time = time;
    this.directory = directory;
    this.store = samples.store;
    this.remoteWrite = samples.remoteWrite;
    this.scrapeManager = scraping;
    this.rules = rules;
    this.counts = counts;
    counts.configured(true, time.now());
    remoteWrite.ifPresent(sending -> running.add("remote write", sending));
    running.add("store", store);
    running.add("scraping", scraping);
    running.add("rules", rules);
  }

  /// Opens the store and reads all files; {@link #start} starts scraping and rule evaluation.
  ///
  /// @param folder data folder of the role
  /// @throws dev.gori.base.conf.ConfigException with all problems of the files
  public static Metrics open(
      MetricsSettings settings,
      MetricsConfig config,
      Time time,
      Disk disk,
      Path folder,
      Logger log,
      SelfMetrics metrics)
      throws IOException {
    var problems = new Problems();
    var directory = config.directory().orElseGet(() -> ConfigDirectory.open(folder));
    var read = read(settings, time, directory, config.scrape(), config.rules(), problems);
    problems.throwIfAny();
    var kept =
        new TsdbSettings(
            TsdbSettings.DEFAULTS.blockRange(),
            settings.retention(),
            settings.retentionSize(),
            settings.maxSeries(),
            settings.maxExemplars(),
            settings.outOfOrderTimeWindow());
    var store = SampleStore.open(disk, folder.resolve("tsdb"), kept, time, log, metrics);
    var forwarding = remoteWrite(settings, read.scrape(), store, time, disk, folder, log, metrics);
    var rules =
        new RuleManager(
            setup(settings, config, read.scrape()),
            read.rules(),
            new PromQl(options(settings), time),
            store,
            time,
            log,
            metrics);
    var scraping =
        new ScrapeManager(read.scrape(), settings.maxSeriesPerTarget(), store, time, log, metrics);
    forwarding.ifPresent(sending -> sending.metadataFrom(() -> metadataByMetric(scraping)));
    return new Metrics(
        settings,
        config,
        time,
        directory,
        new Storage(store, forwarding),
        scraping,
        rules,
        new ApiMetrics(settings.queryConcurrency(), metrics));
  }

  /// Metadata by metric; of contradicting targets, any one wins.
  private static Map<String, MetricMetadata> metadataByMetric(ScrapeManager scraping) {
    var all = new HashMap<String, MetricMetadata>();
    for (var one : scraping.metadata()) {
      all.put(one.metric(), new MetricMetadata(one.metric(), one.type(), one.help(), one.unit()));
    }
    return all;
  }

  private static Optional<WriteStorage> remoteWrite(
      MetricsSettings settings,
      ScrapeConfig scrape,
      SampleStore store,
      Time time,
      Disk disk,
      Path folder,
      Logger log,
      SelfMetrics metrics)
      throws IOException {
    var queue = folder.resolve("forward");
    try {
      if (settings.remoteWriteTo().destinations().isEmpty()) {
        if (disk.exists(queue)) {
          log.warn(
              "remote write: remote_write_to is empty; deleting the queue {} with"
                  + " unsent samples",
              queue);
          disk.delete(queue);
        }
        return Optional.empty();
      }
      var forwarding =
          WriteStorage.open(
              settings.remoteWriteTo(),
              disk,
              queue,
              folder,
              scrape.externalLabels(),
              time,
              log,
              metrics);
      store.setListener(forwarding::append);
      return Optional.of(forwarding);
    } catch (IOException | RuntimeException e) {
      store.close();
      throw e;
    }
  }

  private static RuleManager.Settings setup(
      MetricsSettings settings, MetricsConfig config, ScrapeConfig scrape) {
    var own =
        config
            .alertmanager()
            .map(base -> new Alertmanager(base, config.alertmanagerToken()))
            .stream();
    var others =
        scrape.alertmanagers().stream()
            .map(
                other ->
                    new Alertmanager(
                        other.base(),
                        Optional.empty(), // the environment's token must not leave it
                        other.timeout(),
                        Optional.of(other.http())));
    return new RuleManager.Settings(
        scrape.evaluationInterval(),
        settings.resendDelay(),
        Stream.concat(own, others).toList(),
        scrape.externalLabels(),
        config.externalUrl(),
        scrape::relabelAlert);
  }

  private static EngineOptions options(MetricsSettings settings) {
    return EngineOptions.DEFAULTS
        .withTimeout(settings.queryTimeout())
        .withLookback(settings.lookback())
        .withMaxSamples(settings.queryMaxSamples());
  }

  private static LoadedFiles read(
      MetricsSettings settings,
      Time time,
      ConfigDirectory directory,
      MetricsConfig.TextFile scrape,
      List<MetricsConfig.TextFile> rules,
      Problems problems) {
    var defaults =
        new ScrapeConfig.Defaults(
            settings.scrapeInterval(),
            settings.scrapeTimeout(),
            settings.evaluationInterval(),
            directory,
            settings.startTimes());
    var config = ScrapeConfig.parse(scrape.name(), scrape.text(), defaults, problems);
    var promql = new PromQl(options(settings), time);
    return new LoadedFiles(
        config,
        rules.stream()
            .map(file -> RuleFiles.read(file.name(), file.text(), promql, problems))
            .map(file -> file.withQueryOffset(config.ruleQueryOffset()))
            .toList());
  }

  /// Checks a scrape configuration and rule files, and reports every problem as `file:line: …`.
  ///
  /// @param settings defaults for the scrape configuration
  public static void check(
      MetricsSettings settings,
      MetricsConfig.TextFile scrape,
      ConfigDirectory directory,
      List<MetricsConfig.TextFile> rules,
      Problems problems) {
    read(settings, NO_TIME, directory, scrape, rules, problems);
  }

  /// Replaces the scrape configuration and the rules, unless there are problems. Unchanged targets
  /// and the states of unchanged alerts survive.
  ///
  /// @return the problems
  public Problems reload(MetricsConfig.TextFile scrape, List<MetricsConfig.TextFile> ruleFiles) {
    var problems = new Problems();
    var read = read(settings, time, directory, scrape, ruleFiles, problems);
    counts.configured(problems.isEmpty(), time.now());
    if (problems.isEmpty()) {
      scrapeManager.reload(read.scrape());
      rules.reload(setup(settings, config, read.scrape()), read.rules());
      remoteWrite.ifPresent(sending -> sending.externalLabels(read.scrape().externalLabels()));
    }
    return problems;
  }

  @Override
  public String name() {
    return "metrics";
  }

  /// The API under `/prometheus`, and the machine's metrics at `/metrics/node`.
  @Override
  public List<Mount> mounts() {
    var flags =
        Map.of(
            "storage.tsdb.retention.time", PrometheusDuration.format(settings.retention()),
            "storage.tsdb.retention.size", settings.retentionSize().count() + "B",
            "query.timeout", PrometheusDuration.format(settings.queryTimeout()),
            "query.max-concurrency", String.valueOf(settings.queryConcurrency()),
            "query.max-samples", String.valueOf(settings.queryMaxSamples()),
            "query.lookback-delta", PrometheusDuration.format(settings.lookback()),
            "rules.alert.resend-delay", PrometheusDuration.format(settings.resendDelay()),
            "web.enable-remote-write-receiver", String.valueOf(settings.remoteWrite()),
            "web.cors.origin", settings.corsOrigin(),
            "web.enable-admin-api", String.valueOf(settings.adminApi()));
    var over =
        new PrometheusApi.Context(
            store,
            scrapeManager,
            rules,
            options(settings),
            settings.queryConcurrency(),
            settings.remoteWrite(),
            settings.otlp(),
            settings.adminApi(),
            settings.corsOrigin(),
            counts,
            flags);
    return List.of(
        new Mount("/prometheus", PrometheusApi.routes(over, time)),
        new Mount(
            "/metrics", new Routes(ErrorFormat.PLAIN).get("/node", new MetricsHandler(node))));
  }

  @Override
  public void start() {
    running.add(
        "maintenance",
        PeriodicTask.startAfter(
            MAINTENANCE_INTERVAL,
            time,
            "metrics-maintenance",
            MAINTENANCE_INTERVAL,
            store::maintain));
    remoteWrite.ifPresent(WriteStorage::start);
    scrapeManager.start();
    rules.start();
    counts.ready();
  }

  /// Scrapes, evaluates and sends once. For tests, in place of {@link #start}.
  void runOnce() throws InterruptedException {
    scrapeManager.scrapeAll();
    rules.evaluateAll();
  }

  @Override
  public Optional<String> notReady() {
    return Optional.empty();
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      running.close();
    }
  }
}
