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
import dev.gori.clients.s3.Objects;
import dev.gori.clients.s3.StoreAccess;
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
import dev.gori.logs.Shipping;
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

/// Builds one environment. Read {@link #build} top to bottom: the order is the dependency order,
/// nothing is looked up by type. Roles get base URLs, not each other: an embedded part, a real
/// server and a part in another process look the same from here on.
final class Assembly {

  /// What all environments of a process have in common: nothing of theirs, only where to run.
  ///
  /// @param elsewhere the address of a process that runs the roles that this one does not
  /// @param follow the gateway of which this process's is a replica
  record Site(
      String host,
      Ports ports,
      List<EnvironmentName> all,
      Set<RoleName> roles,
      Optional<URI> elsewhere,
      Optional<Integer> port,
      Optional<URI> follow) {}

  private static final Duration DEADLINE = Duration.ofSeconds(5);
  private static final String OPEN_API = OpenApi.yaml();

  private final EnvironmentSettings settings;
  private final Installation installation;
  private final GitRepository workspace;
  private final Site site;
  private final Time time;
  private final Closer closer = new Closer();
  private final List<Role> parts = new ArrayList<>();
  private final List<Mount> mounts = new ArrayList<>();
  private final BackgroundThreads threads = new BackgroundThreads();
  private final Map<RoleName, SelfMetrics> selfMetrics = new EnumMap<>(RoleName.class);

  private Assembly(
      EnvironmentSettings settings,
      Installation installation,
      GitRepository workspace,
      Site site,
      Time time) {
    this.settings = settings;
    this.installation = installation;
    this.workspace = workspace;
    this.site = site;
    this.time = time;
  }

  static Environment build(
      EnvironmentSettings settings,
      Installation installation,
      GitRepository workspace,
      Site site,
      Time time)
      throws IOException {
    var assembly = new Assembly(settings, installation, workspace, site, time);
    try {
      return assembly.build();
    } catch (Throwable t) {
      assembly.closer.closeAfter(t);
      throw t;
    }
  }

  private Environment build() throws IOException {
    var name = settings.name();
    var token =
        site.roles().contains(RoleName.DELIVERY)
            ? installation.token(name)
            : installation.givenToken(name, site.elsewhere().orElseThrow());
    var logFiles = Files.createDirectories(logFiles());
    var logs = closer.add("logs", RoleLogs.in(logFiles, threads));
    int wanted = site.port().orElseGet(() -> site.ports().of(name, site.all()));
    var face =
        closer.add(
            "port",
            HttpServer.open(
                site.host(),
                wanted,
                HttpServer.Limits.guardedBy(token)
                    .readsNeedToken(settings.readsNeedToken())
                    .under(settings.names()),
                settings.queries()));
    var disk = Disk.local();

    Optional<StoreAccess> storeAccess = Optional.empty();
    if (runs(RoleName.STORE)) {
      var store =
          ObjectStore.open(
              settings.store(),
              name,
              site.host(),
              site.ports().storeOf(name, site.all()),
              settings.names(),
              folder(RoleName.STORE),
              time,
              logs.of("store"));
      add(store);
      storeAccess = Optional.of(store.access());
    } else if (runs(RoleName.REGISTRY)
        || runs(RoleName.PIPELINES)
        || !settings.isEmbedded(RoleName.REGISTRY)) {
      storeAccess = Optional.of(outsideStore());
    }

    var registry = url(RoleName.REGISTRY, face, "/mlflow");
    if (runs(RoleName.REGISTRY)) {
      var place = new Registry.ArtifactPlace(storeAccess.orElseThrow(), "artifacts-" + name);
      add(
          Registry.open(
              settings.registry(),
              place,
              time,
              folder(RoleName.REGISTRY),
              logs.of("registry"),
              metricsOf(RoleName.REGISTRY)));
    }
    var keys = keys();
    var tracking = new MlflowAccess(registry, tokenIn(keys.registry()), storeAccess);

    var alerting = url(RoleName.ALERTS, face, "/alertmanager");
    Optional<Alerts> alerts = Optional.empty();
    if (runs(RoleName.ALERTS)) {
      alerts =
          Optional.of(
              add(
                  Alerts.open(
                      settings.alerts(),
                      WorkspaceApplier.NO_ALERTING,
                      face.uri(),
                      time,
                      disk,
                      folder(RoleName.ALERTS),
                      logs.of("alerts"),
                      metricsOf(RoleName.ALERTS))));
    }

    if (site.roles().contains(RoleName.ALERTS) && !settings.isEmbedded(RoleName.ALERTS)) {
      add(
          LocalInbox.open(
              settings.alerts(),
              face.uri(),
              time,
              disk,
              installation.of(name).resolve(WorkspaceApplier.ALERTMANAGER_FOLDER),
              logs.of("alerts")));
    }

    var gateway = url(RoleName.GATEWAY, face, "");
    var scrape = scrapeTargets(face, gateway, token);
    var metering = url(RoleName.METRICS, face, "/prometheus");
    Optional<Metrics> metrics = Optional.empty();
    if (runs(RoleName.METRICS)) {
      var config =
          new MetricsConfig(
              new MetricsConfig.TextFile("prometheus.yml", scrape.scrapeConfig(Optional.empty())),
              List.of(),
              Optional.of(alerting),
              Optional.of(token),
              metering,
              Optional.of(WorkspaceApplier.scrapePlace(installation.of(name))));
      metrics =
          Optional.of(
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

    var logging = url(RoleName.LOGS, face, "");
    Optional<Logs> lines = Optional.empty();
    if (runs(RoleName.LOGS)) {
      var config = new LogsConfig(name, logging, alerting, token, logFiles, List.of());
      lines =
          Optional.of(
              add(
                  Logs.open(
                      settings.logs(),
                      config,
                      time,
                      disk,
                      folder(RoleName.LOGS),
                      logs.of("logs"),
                      metricsOf(RoleName.LOGS))));
    } else {
      var state = logFiles.resolve("shipped");
      add(
          Shipping.open(
              name,
              logging,
              settings.isEmbedded(RoleName.LOGS) ? token : null,
              logFiles,
              state,
              time,
              disk,
              logs.of("shipper"),
              new SelfMetrics(threads)));
    }

    Optional<Pipelines> pipelines = Optional.empty();
    if (runs(RoleName.PIPELINES)) {
      var access =
          new Access(
              name,
              storeAccess.orElseThrow(),
              tracking,
              url(RoleName.DELIVERY, face, ""),
              Optional.of(token),
              new SecretFiles(installation.of(name)));
      pipelines =
          Optional.of(
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

    if (runs(RoleName.GATEWAY)) {
      var own =
          add(
              Gateway.open(
                  settings.gateway(),
                  tracking,
                  time,
                  disk,
                  folder(RoleName.GATEWAY),
                  logs.of("gateway"),
                  metricsOf(RoleName.GATEWAY)));
      site.follow().ifPresent(leader -> own.follow(leader, Optional.of(token)));
    }

    var adoption =
        new WorkspaceApplier(
            workspace,
            settings,
            scrape,
            metrics,
            lines,
            alerts,
            pipelines,
            installation.of(name),
            alerting);
    if (runs(RoleName.DELIVERY)) {
      var place =
          new RoleUrls(
              gateway,
              tracking,
              metering,
              alerting,
              url(RoleName.PIPELINES, face, ""),
              Optional.of(token));
      var requests =
          new LokiRequestTrace(
              name, closer.add("log client", new LokiClient(logging, token, DEADLINE)), time);
      add(
          Delivery.open(
              settings.delivery(),
              name,
              workspace,
              place,
              new DeliveryParts(adoption.checks(), adoption.appliers(), requests),
              time,
              folder(RoleName.DELIVERY),
              logs.of("delivery"),
              metricsOf(RoleName.DELIVERY)));
    }

    var watched = runs(RoleName.DELIVERY) ? RoleName.DELIVERY : site.roles().iterator().next();
    ThreadMetrics.register(
        metricsOf(watched).registry(), threads, logs, Map.of("http", face::failure));
    mountAll(face);
    var place =
        new BaseUrls(
            name,
            url(RoleName.DELIVERY, face, ""),
            registry,
            metering,
            logging,
            alerting,
            storeAccess.map(StoreAccess::endpoint).orElseGet(this::storeUrl),
            Optional.of(token),
            settings.readsNeedToken());
    return new Environment(
        parts, face, new Environment.Addressed(place, gateway, face.uri(), keys), closer);
  }

  private <T extends Role> T add(T part) {
    closer.add(part.name(), part);
    parts.add(part);
    return part;
  }

  private boolean runs(RoleName role) {
    return site.roles().contains(role) && settings.isEmbedded(role);
  }

  /// Where a role answers: a real server, this process, or the one that runs the other roles.
  private URI url(RoleName role, HttpServer face, String path) {
    return Optional.ofNullable(settings.urls().get(role))
        .orElseGet(() -> URI.create(base(role, face) + path));
  }

  private URI base(RoleName role, HttpServer face) {
    return site.roles().contains(role) ? face.uri() : site.elsewhere().orElseThrow();
  }

  /// A process without the logs role ships its files itself, so they lie where no other shipper
  /// looks.
  private Path logFiles() {
    return site.roles().contains(RoleName.LOGS)
        ? installation.logs(settings.name())
        : installation
            .of(settings.name())
            .resolve(
                "logs-"
                    + String.join(
                        "-", site.roles().stream().map(RoleName::label).sorted().toList()));
  }

  private Path folder(RoleName role) throws IOException {
    return Files.createDirectories(installation.of(settings.name()).resolve(role.label()));
  }

  private SelfMetrics metricsOf(RoleName role) {
    return selfMetrics.computeIfAbsent(role, _ -> new SelfMetrics(threads));
  }

  /// A part's own metrics at `/metrics/{role}`, its routes where it wants them, and the switch that
  /// breaks it for a drill.
  private void mountAll(HttpServer face) {
    var readiness = new Readiness(threads::dead);
    var breakage = new FaultInjection(time, parts.stream().map(Role::name).toList());
    for (var part : parts) {
      part.mounts()
          .forEach(mount -> mounts.add(readiness.around(breakage.around(part.name(), mount))));
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
    mounts.add(breakage.mount());
    mounts.add(
        new Mount(
            "/api/v1",
            new Routes(ErrorFormat.GORI)
                .get(
                    "/openapi.yaml",
                    _ ->
                        Response.bytes(
                            200, "application/yaml", OPEN_API.getBytes(StandardCharsets.UTF_8)))));
    face.mount(mounts);
  }

  private ScrapeTargets scrapeTargets(HttpServer face, URI gateway, String token) {
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
        scraped.put(role.label(), base(role, face));
      }
    }
    if (settings.isEmbedded(RoleName.METRICS)) {
      scraped.put("node", base(RoleName.METRICS, face)); // the metrics role serves it
    }
    var gateways = new ArrayList<>(List.of(gateway));
    gateways.addAll(settings.replicas());
    return new ScrapeTargets(
        settings.name(),
        gateways,
        scraped,
        settings.metrics(),
        settings.readsNeedToken() ? Optional.of(token) : Optional.empty());
  }

  private StoreAccess outsideStore() throws IOException {
    var keys = keys();
    if (settings.outsideStore().isPresent()) {
      var access =
          StoreAccess.read(settings.outsideStore().get().url(), keys.region(), keys.store());
      createBuckets(access, settings.name());
      return access;
    }
    return StoreAccess.read(storeUrl(), keys.region(), keys.store());
  }

  private URI storeUrl() {
    var host = site.elsewhere().map(URI::getHost).orElse(site.host());
    return settings
        .outsideStore()
        .map(EnvironmentSettings.OutsideStore::url)
        .orElseGet(
            () ->
                URI.create(
                    "http://%s:%d"
                        .formatted(host, site.ports().storeOf(settings.name(), site.all()))));
  }

  /// The files with the keys to the environment's store and registry. Those of servers from outside
  /// are named in `environment.yaml`, and lie in the environment's folder unless they are named
  /// with a whole path.
  private Addresses.Keys keys() {
    var own = installation.of(settings.name());
    return new Addresses.Keys(
        settings
            .outsideStore()
            .map(store -> own.resolve(store.credentials()))
            .orElse(own.resolve("store/credentials")),
        settings.outsideStore().map(EnvironmentSettings.OutsideStore::region).orElse("us-east-1"),
        settings.isEmbedded(RoleName.REGISTRY)
            ? Optional.of(own.resolve("token"))
            : settings.registryToken().map(own::resolve));
  }

  /// A server from outside is never shown the environment's own token.
  private static Optional<String> tokenIn(Optional<Path> file) throws IOException {
    return file.isPresent() ? Optional.of(SecretFile.given(file.get())) : Optional.empty();
  }

  /// An environment's buckets in a store from outside are made when they are not there.
  private static void createBuckets(StoreAccess access, EnvironmentName name) {
    try (var objects = Objects.open(access)) {
      ObjectStore.buckets(name).forEach(objects::createBucket);
    }
  }
}
