package dev.gori.logs;

import dev.gori.base.conf.Problems;
import dev.gori.base.observe.SelfMetrics;
import dev.gori.base.run.PeriodicTask;
import dev.gori.clients.AlertmanagerClient;
import dev.gori.clients.LokiClient;
import dev.gori.http.ErrorFormat;
import dev.gori.http.Mount;
import dev.gori.http.Response;
import dev.gori.http.Role;
import dev.gori.http.Routes;
import dev.gori.kernel.disk.Disk;
import dev.gori.kernel.life.Closer;
import dev.gori.kernel.time.Time;
import dev.gori.logs.logql.LineTemplates;
import dev.gori.logs.logql.LogEngine;
import dev.gori.logs.logql.LogSource;
import dev.gori.logs.ship.Shipper;
import dev.gori.logs.store.LogSelector;
import dev.gori.logs.store.LogStore;
import dev.gori.logs.store.LogStoreSettings;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;

/// The logs role of one environment.
public final class Logs implements Role {

  private static final Duration MAINTAIN_INTERVAL = Duration.ofMinutes(1);
  private static final Duration RULE_CHECK_INTERVAL = Duration.ofSeconds(1);
  private static final Duration DEADLINE = Duration.ofSeconds(10);

  private final Time time;
  private final LogStore store;
  private final Ruler rules;
  private final Shipper shipper;
  private final Routes routes = new Routes(ErrorFormat.PLAIN);
  private final Closer open = new Closer();
  private final Closer running = new Closer();
  private final AtomicBoolean started = new AtomicBoolean();
  private final AtomicBoolean closed = new AtomicBoolean();

  private Logs(
      LogsSettings settings,
      LogsConfig config,
      Time time,
      Disk disk,
      Path folder,
      Logger log,
      SelfMetrics metrics)
      throws IOException {
    this.time = time;
    try {
      this.store =
          open.add(
              "log store",
              LogStore.open(
                  disk,
                  folder.resolve("store"),
                  storeSettings(settings),
                  time,
                  what -> log.warn("log store: {}", what)));
      var engine =
          new LogEngine(
              source(store), new LogEngine.Limits(settings.maxQueryLines(), 10_000, 11_000));
      var alertmanager =
          open.add(
              "alertmanager client",
              new AlertmanagerClient(config.alertmanager(), config.token(), DEADLINE));
      this.rules =
          open.add(
              "rules",
              new Ruler(
                  settings, engine, alertmanager, time, disk, folder.resolve("alerts.json"), log));
      var loki = new LokiClient(config.loki(), config.token(), DEADLINE);
      this.shipper =
          open.add(
              "shipper",
              Shipper.open(
                  new Shipper.Config(
                      config.environment(), config.logFiles(), loki, folder.resolve("shipper")),
                  time,
                  disk,
                  log,
                  metrics));
      new PushRoutes(store, metrics).addTo(routes);
      new QueryRoutes(store, engine, time, settings.maxEntries()).addTo(routes);
      new RuleRoutes(rules).addTo(routes);
      routes
          .get(
              "/loki/ready",
              _ ->
                  notReady()
                      .map(why -> Response.text(503, why + "\n"))
                      .orElseGet(() -> Response.text(200, "ready\n")))
          .alwaysOpen();
      register(metrics);
    } catch (IOException | RuntimeException e) {
      open.closeAfter(e);
      throw e;
    }
  }

  private static LogStoreSettings storeSettings(LogsSettings settings) {
    var d = LogStoreSettings.DEFAULTS;
    return new LogStoreSettings(
        settings.retention(),
        d.headBytes(),
        d.headAge(),
        settings.maxLineSize(),
        settings.maxStreams(),
        d.maxLabelNames(),
        d.maxLabelNameLength(),
        d.maxLabelValueLength(),
        settings.maxAge(),
        d.creationGracePeriod(),
        d.minFreeSpace());
  }

  private static LogSource source(LogStore store) {
    return (matchers, from, to, forward, visitor) ->
        store.read(
            new LogSelector(matchers, from, to),
            forward ? LogStore.Direction.FORWARD : LogStore.Direction.BACKWARD,
            (stream, entry) -> visitor.take(stream, entry.nanos(), entry.line(), entry.metadata()));
  }

  private void register(SelfMetrics metrics) {
    GaugeWithCallback.builder()
        .name("logs_store_segments")
        .help("Segments of the log store.")
        .callback(gauge -> gauge.call(store.status().segments()))
        .register(metrics.registry());
    GaugeWithCallback.builder()
        .name("logs_store_head_bytes")
        .help("Bytes of lines that are in memory and in the journal.")
        .callback(gauge -> gauge.call((double) store.status().headBytes()))
        .register(metrics.registry());
    GaugeWithCallback.builder()
        .name("logs_store_damaged")
        .help("Segments and chunks that were found damaged since the start.")
        .callback(gauge -> gauge.call((double) store.status().damaged()))
        .register(metrics.registry());
  }

  /// Opens the store and reads the rules. Shipping and rule evaluation begin with {@link #start}.
  ///
  /// @param folder the role's own data folder
  /// @throws dev.gori.base.conf.ConfigException with every problem of the rule files
  public static Logs open(
      LogsSettings settings,
      LogsConfig config,
      Time time,
      Disk disk,
      Path folder,
      Logger log,
      SelfMetrics metrics)
      throws IOException {
    var problems = new Problems();
    var groups = RuleFiles.read(config.rules(), problems);
    problems.throwIfAny();
    disk.createDirectories(folder);
    var logs = new Logs(settings, config, time, disk, folder, log, metrics);
    logs.rules.replace(groups);
    logs.rules.restore();
    return logs;
  }

  /// Checks rule files without a running role and adds every problem as `file:line: …`.
  public static void check(List<LogsConfig.TextFile> rules, Problems problems) {
    RuleFiles.read(rules, problems);
  }

  /// The templates of `line_format` and `label_format`, for LogQL outside of a running role.
  public static LineTemplates lineTemplates() {
    return LogTemplates.lineTemplates();
  }

  /// Replaces the rules. If a file has problems, returns them and keeps the current rules. Alerts
  /// of unchanged rules keep their state.
  public Problems reload(List<LogsConfig.TextFile> files) {
    var problems = new Problems();
    var groups = RuleFiles.read(files, problems);
    if (problems.isEmpty()) {
      rules.replace(groups);
    }
    return problems;
  }

  @Override
  public String name() {
    return "logs";
  }

  @Override
  public List<Mount> mounts() {
    return List.of(new Mount("", routes));
  }

  @Override
  public void start() {
    if (started.compareAndSet(false, true)) {
      running.add(
          "maintenance",
          PeriodicTask.startAfter(
              MAINTAIN_INTERVAL, time, "logs-maintenance", MAINTAIN_INTERVAL, store::maintain));
      running.add(
          "rules", PeriodicTask.start(time, "logs-rules", RULE_CHECK_INTERVAL, rules::evaluateDue));
      shipper.start();
    }
  }

  /// Runs the shipper once, for tests with a manual clock and for a stop that ships the last lines
  /// first.
  ///
  /// @return how many lines were acknowledged
  public int ship() throws IOException {
    return shipper.ship();
  }

  @Override
  public Optional<String> notReady() {
    return started.get() ? Optional.empty() : Optional.of("logs: not started");
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      running.close();
      open.close();
    }
  }
}
