package dev.gori.alerts;

import dev.gori.base.conf.ConfinedDirectory;
import dev.gori.base.conf.Problems;
import dev.gori.base.observe.SelfMetrics;
import dev.gori.base.run.PeriodicTask;
import dev.gori.http.ErrorFormat;
import dev.gori.http.Mount;
import dev.gori.http.Response;
import dev.gori.http.Role;
import dev.gori.http.Routes;
import dev.gori.kernel.disk.Disk;
import dev.gori.kernel.life.Closer;
import dev.gori.kernel.life.OpenResources;
import dev.gori.kernel.time.Time;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/// The alerts role: Alertmanager's API v2 under `/alertmanager`, the inbox under `/api/v1/inbox`.
///
/// An invalid configuration never stops the role from accepting alerts: at the start the role uses
/// the last valid one. Without one it stores alerts unrouted until {@link #reload} brings a valid
/// configuration, and {@link #notReady} reports it.
public final class Alerts implements Role {
  /// API v2 answers failures with a JSON text.
  private static final ErrorFormat ALERTMANAGER =
      (fault, message) -> Response.json(fault.status(), message);

  private static final Duration MAINTENANCE_INTERVAL = Duration.ofSeconds(30);

  private final Time time;
  private final AlertsJournal journal;
  private final Dispatcher groups;
  private final LastGoodConfig lastGood;
  private final ConfinedDirectory names;
  private final Logger log;
  private final AlertsMetrics metrics;
  private final List<Mount> mounts;
  private final Closer closer = new Closer();
  private volatile @Nullable LoadedConfig first;
  private volatile @Nullable String trouble;

  private Alerts(Parts parts, ConfigFiles files, URI self, Inbox inbox, SelfMetrics selfMetrics) {
    this.time = parts.time;
    this.log = parts.log;
    this.journal = parts.journal;
    this.lastGood = parts.lastGood;
    this.names = parts.names;
    this.metrics = new AlertsMetrics(selfMetrics);
    var muter = new Muter(journal.alerts(), journal.silences(), time);
    var notifier =
        new Notifier(
            journal.notifications(),
            muter,
            parts.sender,
            time,
            self.toString().replaceAll("/+$", "") + "/alertmanager",
            log,
            metrics);
    this.groups = new Dispatcher(time, notifier, log);
    var views = new AlertViews(journal.alerts(), journal.silences(), groups, muter, time);
    metrics.watch(
        selfMetrics,
        views,
        groups,
        () -> journal.silences().list().stream().map(s -> s.state(time.now())).toList());
    var api = new Routes(ALERTMANAGER);
    new AlertRoutes(journal.alerts(), groups, views, time, metrics).mount(api);
    new SilenceRoutes(journal.silences(), time).mount(api);
    new StatusRoutes(groups, time.now(), this::notReady).mount(api);
    this.mounts =
        List.of(
            new Mount("/alertmanager", api),
            new Mount("/api/v1/inbox", inbox.routes(new Routes(ErrorFormat.GORI))));
    var open = OpenResources.mark("alerts " + parts.folder);
    closer.add("register", open::closed);
    closer.add("journal", journal);
    closer.add("notifier", notifier);
    closer.add("groups", groups);
    load(files);
  }

  private record Parts(
      Time time,
      Path folder,
      ConfinedDirectory names,
      Logger log,
      AlertsJournal journal,
      NotificationSender sender,
      LastGoodConfig lastGood) {}

  /// Opens the role with its stored state and loads the configuration, or logs its problems.
  ///
  /// @param self the environment's own address, such as `http://127.0.0.1:7010`: links in messages
  ///   and the inbox's URL begin with it
  /// @param folder of the role; file names in the configuration are relative to it and may not
  ///   leave it
  /// @throws IOException when the disk cannot be read or written
  public static Alerts open(
      AlertsSettings settings,
      ConfigFiles files,
      URI self,
      Time time,
      Disk disk,
      Path folder,
      Logger log,
      SelfMetrics metrics)
      throws IOException {
    disk.createDirectories(folder);
    var names = new ConfinedDirectory(folder, folder.resolveSibling(".").normalize());
    var closer = new Closer();
    try {
      var journal =
          closer.add("journal", AlertsJournal.open(disk, folder.resolve("journal"), settings, log));
      var sender =
          closer.add(
              "sender", new NotificationSender(disk, names, journal.inbox(), time, settings));
      var inbox = Inbox.open(journal.inbox(), time, disk, folder, self);
      var lastGood = new LastGoodConfig(disk, folder, log);
      var parts = new Parts(time, folder, names, log, journal, sender, lastGood);
      return new Alerts(parts, files, self, inbox, metrics);
    } catch (Throwable e) {
      closer.closeAfter(e);
      throw e;
    }
  }

  /// Returns every problem of a configuration, without a running role.
  ///
  /// @param names the folder that file names in it are relative to and may not leave
  public static Problems check(ConfigFiles files, ConfinedDirectory names) {
    var problems = new Problems();
    LoadedConfig.build(files, names, new FrozenTime(), problems);
    return problems;
  }

  private void load(ConfigFiles files) {
    var problems = new Problems();
    var config = LoadedConfig.build(files, names, time, problems);
    if (config.isEmpty()) {
      config =
          lastGood.read().flatMap(last -> LoadedConfig.build(last, names, time, new Problems()));
      trouble =
          "%s is not loaded, %s: %s"
              .formatted(
                  files.file(),
                  config.isPresent() ? "the last good one is used" : "alerts wait unrouted",
                  String.join("; ", problems.all()));
      log.error("configuration {}", trouble);
    } else {
      remember(files);
    }
    first = config.orElse(null);
    metrics.reloaded(problems.isEmpty(), time.millis() / 1000.0);
  }

  private void remember(ConfigFiles files) {
    try {
      lastGood.write(files);
    } catch (IOException e) {
      log.warn("the configuration could not be remembered for the next start: {}", e.getMessage());
    }
  }

  /// Replaces the configuration, or returns its problems and changes nothing. Groups of unchanged
  /// routes keep their timers.
  public synchronized Problems reload(ConfigFiles files) {
    var problems = new Problems();
    var config = LoadedConfig.build(files, names, time, problems);
    metrics.reloaded(config.isPresent(), time.millis() / 1000.0);
    if (config.isEmpty()) {
      log.error(
          "configuration {} refused, the running one stays: {}",
          files.file(),
          String.join("; ", problems.all()));
      return problems;
    }
    first = config.get();
    trouble = null;
    remember(files);
    groups.reload(config.get(), journal.alerts().list());
    log.info("configuration {} loaded", files.file());
    return problems;
  }

  @Override
  public String name() {
    return "alerts";
  }

  @Override
  public List<Mount> mounts() {
    return mounts;
  }

  @Override
  public synchronized void start() {
    groups.start(first, journal.alerts().list());
    closer.add(
        "sweep",
        PeriodicTask.startAfter(
            MAINTENANCE_INTERVAL,
            time,
            "alerts-maintenance",
            MAINTENANCE_INTERVAL,
            () -> journal.maintain(time.now(), groups::holds)));
  }

  @Override
  public Optional<String> notReady() {
    var why = trouble;
    if (first == null && why != null) {
      return Optional.of(why);
    }
    return journal.isDurable()
        ? Optional.empty()
        : Optional.of("the alerts journal cannot be written");
  }

  /// A problem in spite of which the role serves, such as an invalid configuration that the last
  /// valid one stands in for.
  public Optional<String> trouble() {
    return Optional.ofNullable(trouble);
  }

  @Override
  public void close() {
    closer.close();
  }
}
