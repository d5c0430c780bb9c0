package dev.gori.app;

import dev.gori.alerts.Alerts;
import dev.gori.alerts.LocalInbox;
import dev.gori.app.running.Addresses;
import dev.gori.base.conf.SecretFile;
import dev.gori.base.observe.RoleLogs;
import dev.gori.base.observe.SelfMetrics;
import dev.gori.base.observe.ThreadMetrics;
import dev.gori.base.run.BackgroundThreads;
import dev.gori.clients.LokiClient;
import dev.gori.clients.MlflowAccess;
import dev.gori.clients.s3.ObjectStoreClient;
import dev.gori.clients.s3.S3Access;
import dev.gori.console.BaseUrls;
import dev.gori.delivery.Delivery;
import dev.gori.delivery.DeliveryParts;
import dev.gori.delivery.LokiRequestTrace;
import dev.gori.delivery.RoleUrls;
import dev.gori.git.GitRepository;
import dev.gori.http.ErrorFormat;
import dev.gori.http.HttpServer;
import dev.gori.http.MetricsHandler;
import dev.gori.http.Mount;
import dev.gori.http.Response;
import dev.gori.http.Role;
import dev.gori.http.Routes;
import dev.gori.kernel.disk.Disk;
import dev.gori.kernel.id.EnvironmentName;
import dev.gori.kernel.life.Closer;
import dev.gori.kernel.time.Time;
import dev.gori.logs.Logs;
import dev.gori.logs.LogsConfig;
import dev.gori.logs.ShipperRole;
import dev.gori.metrics.Metrics;
import dev.gori.metrics.MetricsConfig;
import dev.gori.objectstore.ObjectStore;
import dev.gori.pipelines.Pipelines;
import dev.gori.pipelines.tasks.Access;
import dev.gori.registry.Registry;
import dev.gori.serving.gateway.Gateway;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Builds one environment, with one method for each role. {@link #build()} builds the roles in
/// dependency order. Roles get base URLs, not references to each other, so that an embedded role,
/// an external server and a role in another process look the same to them.
final class Assembly {

  /// The settings of a process that all its environments share.
  ///
  /// @param all every environment of the workspace, which decides the ports
  /// @param roles the roles that this process runs
  /// @param elsewhere the base URL of the process that runs the other roles
  /// @param port overrides the port from `ports`
  /// @param follow the leader, if this process's gateway is a replica
  record Site(
      String host,
      Ports ports,
      List<EnvironmentName> all,
      Set<RoleName> roles,
      Optional<URI> elsewhere,
      Optional<Integer> port,
      Optional<URI> follow) {}

  private static final Duration LOG_QUERY_TIMEOUT = Duration.ofSeconds(5);
  private static final String OPEN_API = OpenApi.yaml();

  private final EnvironmentSettings settings;
  private final Installation installation;
  private final GitRepository workspace;
  private final Site site;
  private final Time time;
  private final Closer closer;
  private final EnvironmentName name;
  private final Disk disk = Disk.local();
  private final BackgroundThreads threads = new BackgroundThreads();
  private final Map<RoleName, SelfMetrics> selfMetrics = new EnumMap<>(RoleName.class);
  private final List<Role> roles = new ArrayList<>();

  private final String token;
  private final Path logFiles;
  private final RoleLogs logs;
  private final HttpServer server;

  /// Opens what all roles share: the token, the log files and the port.
  private Assembly(
      EnvironmentSettings settings,
      Installation installation,
      GitRepository workspace,
      Site site,
      Time time,
      Closer closer)
      throws IOException {
    this.settings = settings;
    this.installation = installation;
    this.workspace = workspace;
    this.site = site;
    this.time = time;
    this.closer = closer;
    this.name = settings.name();
    this.token =
        site.roles().contains(RoleName.DELIVERY)
            ? installation.token(name)
            : installation.givenToken(name, site.elsewhere().orElseThrow());
    this.logFiles = Files.createDirectories(logFolder());
    this.logs = closer.add("logs", RoleLogs.in(logFiles, threads));
    this.server = closer.add("port", openServer());
  }

  static Environment build(
      EnvironmentSettings settings,
      Installation installation,
      GitRepository workspace,
      Site site,
      Time time)
      throws IOException {
    var closer = new Closer();
    try {
      return new Assembly(settings, installation, workspace, site, time, closer).build();
    } catch (Throwable t) {
      closer.closeAfter(t);
      throw t;
    }
  }

  private Environment build() throws IOException {
    var store = store();
    registry(store);
    var tracking = new MlflowAccess(url(RoleName.REGISTRY), registryToken(), store);
    var alerts = alerts();
    localInbox();
    var targets = scrapeTargets();
    var metrics = metrics(targets);
    var logStore = logs();
    var pipelines = pipelines(store, tracking);
    gateway(tracking);
    delivery(
        tracking,
        new WorkspaceApplier(
            workspace,
            settings,
            targets,
            metrics,
            logStore,
            alerts,
            pipelines,
            installation.of(name),
            url(RoleName.ALERTS)));
    threadMetrics();
    server.mount(mounts());
    return new Environment(roles, server, addresses(store), closer);
  }

  private HttpServer openServer() throws IOException {
    return HttpServer.open(
        site.host(),
        site.port().orElseGet(() -> site.ports().of(name, site.all())),
        HttpServer.Limits.guardedBy(token)
            .readsNeedToken(settings.readsNeedToken())
            .withNames(settings.names()),
        settings.queries());
  }

  /// The embedded store, or the access to an external one that some role here needs.
  private Optional<S3Access> store() throws IOException {
    if (runs(RoleName.STORE)) {
      var store =
          add(
              ObjectStore.open(
                  settings.store(),
                  name,
                  site.host(),
                  site.ports().storeOf(name, site.all()),
                  settings.names(),
                  folder(RoleName.STORE),
                  time,
                  logs.of("store")));
      return Optional.of(store.access());
    }
    var isNeeded =
        runs(RoleName.REGISTRY)
            || runs(RoleName.PIPELINES)
            || !settings.isEmbedded(RoleName.REGISTRY);
    return isNeeded ? Optional.of(externalStore()) : Optional.empty();
  }

  private void registry(Optional<S3Access> store) throws IOException {
    if (!runs(RoleName.REGISTRY)) {
      return;
    }
    add(
        Registry.open(
            settings.registry(),
            new Registry.ArtifactPlace(store.orElseThrow(), "artifacts-" + name),
            time,
            folder(RoleName.REGISTRY),
            logs.of("registry"),
            metricsOf(RoleName.REGISTRY)));
  }

  private Optional<Alerts> alerts() throws IOException {
    if (!runs(RoleName.ALERTS)) {
      return Optional.empty();
    }
    return Optional.of(
        add(
            Alerts.open(
                settings.alerts(),
                WorkspaceApplier.NO_ALERTING,
                server.uri(),
                time,
                disk,
                folder(RoleName.ALERTS),
                logs.of("alerts"),
                metricsOf(RoleName.ALERTS))));
  }

  /// The inbox that an external Alertmanager delivers to.
  private void localInbox() throws IOException {
    if (!site.roles().contains(RoleName.ALERTS) || settings.isEmbedded(RoleName.ALERTS)) {
      return;
    }
    add(
        LocalInbox.open(
            settings.alerts(),
            server.uri(),
            time,
            disk,
            installation.of(name).resolve(WorkspaceApplier.ALERTMANAGER_FOLDER),
            logs.of("alerts")));
  }

  private Optional<Metrics> metrics(ScrapeTargets targets) throws IOException {
    if (!runs(RoleName.METRICS)) {
      return Optional.empty();
    }
    var config =
        new MetricsConfig(
            new MetricsConfig.TextFile("prometheus.yml", targets.scrapeConfig(Optional.empty())),
            List.of(),
            Optional.of(url(RoleName.ALERTS)),
            Optional.of(token),
            url(RoleName.METRICS),
            Optional.of(WorkspaceApplier.scrapeDirectory(installation.of(name))));
    return Optional.of(
        add(
            Metrics.open(
                settings.metrics(),
                config,
                time,
                disk,
                folder(RoleName.METRICS),
                logs.of("metrics"),
                metricsOf(RoleName.METRICS))));
  }

  /// The logs role, or a shipper that sends this process's log files to it.
  private Optional<Logs> logs() throws IOException {
    if (!runs(RoleName.LOGS)) {
      add(
          ShipperRole.open(
              name,
              url(RoleName.LOGS),
              settings.isEmbedded(RoleName.LOGS) ? token : null,
              logFiles,
              logFiles.resolve("shipped"),
              time,
              disk,
              logs.of("shipper"),
              new SelfMetrics(threads)));
      return Optional.empty();
    }
    var config =
        new LogsConfig(name, url(RoleName.LOGS), url(RoleName.ALERTS), token, logFiles, List.of());
    return Optional.of(
        add(
            Logs.open(
                settings.logs(),
                config,
                time,
                disk,
                folder(RoleName.LOGS),
                logs.of("logs"),
                metricsOf(RoleName.LOGS))));
  }

  private Optional<Pipelines> pipelines(Optional<S3Access> store, MlflowAccess tracking)
      throws IOException {
    if (!runs(RoleName.PIPELINES)) {
      return Optional.empty();
    }
    var access =
        new Access(
            name,
            store.orElseThrow(),
            tracking,
            url(RoleName.DELIVERY),
            Optional.of(token),
            new SecretFiles(installation.of(name)));
    return Optional.of(
        add(
            Pipelines.open(
                settings.pipelines(),
                access,
                settings.zone(),
                time,
                folder(RoleName.PIPELINES),
                logs.of("pipelines"),
                metricsOf(RoleName.PIPELINES))));
  }

  private void gateway(MlflowAccess tracking) throws IOException {
    if (!runs(RoleName.GATEWAY)) {
      return;
    }
    var gateway =
        add(
            Gateway.open(
                settings.gateway(),
                tracking,
                time,
                disk,
                folder(RoleName.GATEWAY),
                logs.of("gateway"),
                metricsOf(RoleName.GATEWAY)));
    site.follow().ifPresent(leader -> gateway.follow(leader, Optional.of(token)));
  }

  private void delivery(MlflowAccess tracking, WorkspaceApplier applier) throws IOException {
    if (!runs(RoleName.DELIVERY)) {
      return;
    }
    var urls =
        new RoleUrls(
            url(RoleName.GATEWAY),
            tracking,
            url(RoleName.METRICS),
            url(RoleName.ALERTS),
            url(RoleName.PIPELINES),
            Optional.of(token));
    var loki =
        closer.add("log client", new LokiClient(url(RoleName.LOGS), token, LOG_QUERY_TIMEOUT));
    add(
        Delivery.open(
            settings.delivery(),
            name,
            workspace,
            urls,
            new DeliveryParts(
                applier.checks(), applier.appliers(), new LokiRequestTrace(name, loki, time)),
            time,
            folder(RoleName.DELIVERY),
            logs.of("delivery"),
            metricsOf(RoleName.DELIVERY)));
  }

  /// Delivery's metrics carry the state of this process's threads; without delivery, those of the
  /// first role do.
  private void threadMetrics() {
    var role = runs(RoleName.DELIVERY) ? RoleName.DELIVERY : site.roles().iterator().next();
    ThreadMetrics.register(
        metricsOf(role).registry(), threads, logs, Map.of("http", server::failure));
  }

  /// The routes of every role, each behind the checks for dead threads and injected faults; each
  /// role's own metrics at `/metrics/{role}`; fault injection; the OpenAPI document.
  private List<Mount> mounts() {
    var readiness = new Readiness(threads::dead);
    var faults = new FaultInjection(time, roles.stream().map(Role::name).toList());
    var mounts = new ArrayList<Mount>();
    for (var role : roles) {
      role.mounts()
          .forEach(mount -> mounts.add(readiness.around(faults.around(role.name(), mount))));
    }
    if (!runs(RoleName.GATEWAY)) {
      mounts.add(readiness.mount());
    }
    var exposition = new Routes(ErrorFormat.PLAIN);
    selfMetrics.forEach(
        (role, metrics) -> {
          if (role != RoleName.GATEWAY) {
            exposition.get("/" + role.label(), new MetricsHandler(metrics));
          }
        });
    mounts.add(new Mount("/metrics", exposition));
    mounts.add(faults.mount());
    mounts.add(
        new Mount(
            "/api/v1",
            new Routes(ErrorFormat.GORI)
                .get(
                    "/openapi.yaml",
                    _ ->
                        Response.bytes(
                            200, "application/yaml", OPEN_API.getBytes(StandardCharsets.UTF_8)))));
    return mounts;
  }

  private Environment.EnvironmentUrls addresses(Optional<S3Access> store) {
    var urls =
        new BaseUrls(
            name,
            url(RoleName.DELIVERY),
            url(RoleName.REGISTRY),
            url(RoleName.METRICS),
            url(RoleName.LOGS),
            url(RoleName.ALERTS),
            store.map(S3Access::endpoint).orElseGet(this::storeUrl),
            Optional.of(token),
            settings.readsNeedToken());
    return new Environment.EnvironmentUrls(urls, url(RoleName.GATEWAY), server.uri(), keys());
  }

  private <T extends Role> T add(T role) {
    closer.add(role.name(), role);
    roles.add(role);
    return role;
  }

  private boolean runs(RoleName role) {
    return site.roles().contains(role) && settings.isEmbedded(role);
  }

  /// The base URL of a role: of the external server, of this process, or of the process that runs
  /// the other roles.
  private URI url(RoleName role) {
    return Optional.ofNullable(settings.urls().get(role))
        .orElseGet(() -> URI.create(base(role) + role.basePath()));
  }

  private URI base(RoleName role) {
    return site.roles().contains(role) ? server.uri() : site.elsewhere().orElseThrow();
  }

  /// A process without the logs role ships its own log files, from a folder that no other shipper
  /// reads.
  private Path logFolder() {
    if (site.roles().contains(RoleName.LOGS)) {
      return installation.logs(name);
    }
    var roleNames = site.roles().stream().map(RoleName::label).sorted().toList();
    return installation.of(name).resolve("logs-" + String.join("-", roleNames));
  }

  private Path folder(RoleName role) throws IOException {
    return Files.createDirectories(installation.of(name).resolve(role.label()));
  }

  private SelfMetrics metricsOf(RoleName role) {
    return selfMetrics.computeIfAbsent(role, _ -> new SelfMetrics(threads));
  }

  private ScrapeTargets scrapeTargets() {
    var scraped = new LinkedHashMap<String, URI>();
    for (var role :
        List.of(
            RoleName.REGISTRY,
            RoleName.ALERTS,
            RoleName.METRICS,
            RoleName.LOGS,
            RoleName.PIPELINES,
            RoleName.DELIVERY)) {
      if (settings.isEmbedded(role)) {
        scraped.put(role.label(), base(role));
      }
    }
    if (settings.isEmbedded(RoleName.METRICS)) {
      scraped.put("node", base(RoleName.METRICS)); // the metrics role serves it
    }
    var gateways = new ArrayList<>(List.of(url(RoleName.GATEWAY)));
    gateways.addAll(settings.replicas());
    return new ScrapeTargets(
        name,
        gateways,
        scraped,
        settings.metrics(),
        settings.readsNeedToken() ? Optional.of(token) : Optional.empty());
  }

  private S3Access externalStore() throws IOException {
    var keys = keys();
    if (settings.externalStore().isPresent()) {
      var access = S3Access.read(settings.externalStore().get().url(), keys.region(), keys.store());
      createBuckets(access, name);
      return access;
    }
    return S3Access.read(storeUrl(), keys.region(), keys.store());
  }

  private URI storeUrl() {
    var host = site.elsewhere().map(URI::getHost).orElse(site.host());
    return settings
        .externalStore()
        .map(EnvironmentSettings.ExternalStore::url)
        .orElseGet(
            () ->
                URI.create("http://%s:%d".formatted(host, site.ports().storeOf(name, site.all()))));
  }

  /// The files with the keys to the environment's store and registry. `environment.yaml` names
  /// those of external servers, relative to the environment's folder.
  private Addresses.Keys keys() {
    var own = installation.of(name);
    return new Addresses.Keys(
        settings
            .externalStore()
            .map(store -> own.resolve(store.credentials()))
            .orElse(own.resolve("store/credentials")),
        settings.externalStore().map(EnvironmentSettings.ExternalStore::region).orElse("us-east-1"),
        settings.isEmbedded(RoleName.REGISTRY)
            ? Optional.of(own.resolve("token"))
            : settings.registryToken().map(own::resolve));
  }

  /// The registry's token. An external registry never gets the environment's own token.
  private Optional<String> registryToken() throws IOException {
    var file = keys().registry();
    return file.isPresent() ? Optional.of(SecretFile.given(file.get())) : Optional.empty();
  }

  /// Creates the environment's buckets in an external store, unless they exist.
  private static void createBuckets(S3Access access, EnvironmentName name) {
    try (var objects = ObjectStoreClient.open(access)) {
      ObjectStore.buckets(name).forEach(objects::createBucket);
    }
  }
}
