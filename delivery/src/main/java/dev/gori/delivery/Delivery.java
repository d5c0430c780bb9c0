package dev.gori.delivery;

import dev.gori.base.json.Json;
import dev.gori.base.observe.SelfMetrics;
import dev.gori.base.run.PeriodicTask;
import dev.gori.delivery.controller.AlertOutbox;
import dev.gori.delivery.controller.DeliveryContext;
import dev.gori.delivery.controller.RolloutController;
import dev.gori.delivery.desired.ServingFile;
import dev.gori.delivery.desired.VersionRef;
import dev.gori.delivery.record.DeliveryStore;
import dev.gori.delivery.sync.Sync;
import dev.gori.delivery.sync.SyncState;
import dev.gori.git.CommitId;
import dev.gori.git.GitRepository;
import dev.gori.http.Mount;
import dev.gori.http.Role;
import dev.gori.kernel.fault.FaultException;
import dev.gori.kernel.id.EnvironmentName;
import dev.gori.kernel.life.Closer;
import dev.gori.kernel.life.OpenResources;
import dev.gori.kernel.time.Time;
import dev.gori.sql.Database;
import dev.gori.sql.DatabaseUrl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/// The delivery role of one environment: applies what the branch `main` declares, and rolls back
/// model versions that fail their rollout.
public final class Delivery implements Role {

  private static final Duration SEND_ALERTS = Duration.ofSeconds(10);
  private static final Duration LONGEST = Duration.ofMinutes(1);
  private static final int LOOKS = 3;
  private static final String DATABASE = "delivery.db";

  private final EnvironmentName environment;
  private final DeliverySettings settings;
  private final Instant opened;
  private final GitRepository git;
  private final Time time;
  private final DeliveryStore records;
  private final RolloutController rollouts;
  private final Sync sync;
  private final AlertOutbox alerts;
  private final DeliveryMetrics metrics;
  private final DeliveryRoutes routes;
  private final Closer closer = new Closer();
  private boolean closed;

  private Delivery(
      DeliverySettings settings,
      EnvironmentName environment,
      GitRepository git,
      RoleConnections connections,
      DeliveryParts parts,
      Database database,
      Base base) {
    this.environment = environment;
    this.settings = settings;
    this.git = git;
    this.time = base.time();
    this.records = new DeliveryStore(database);
    this.opened = time.now();
    this.metrics = new DeliveryMetrics(base.metrics(), opened, pause());
    this.alerts = new AlertOutbox(records, connections::send, time, base.log());
    var context =
        new DeliveryContext(
            environment,
            git,
            connections.gateway(),
            connections.registry(),
            connections.metrics(),
            records,
            time,
            base.log());
    this.rollouts =
        new RolloutController(context, settings.rules(environment), alerts, metrics::moved);
    this.sync =
        new Sync(
            context,
            new Sync.Parts(
                parts.checks(), parts.appliers(), connections.pipelines(), metrics::synced),
            rollouts);
    this.routes =
        new DeliveryRoutes(
            environment,
            records,
            rollouts,
            new DeliveryRoutes.Parts(
                new Lineage(records, parts.requests()),
                new Promotion(environment, git),
                connections::runsOf),
            this::desired,
            this::look);
    closer.add("register", OpenResources.mark("delivery " + environment)::closed);
    closer.add("database", database);
    closer.add("connections", connections);
    closer.add("rollouts", rollouts);
  }

  /// @param git the workspace repository, which the app opens and closes
  /// @param folder of the role's database
  public static Delivery open(
      DeliverySettings settings,
      EnvironmentName environment,
      GitRepository git,
      RoleUrls urls,
      DeliveryParts parts,
      Time time,
      Path folder,
      Logger log,
      SelfMetrics metrics)
      throws IOException {
    Files.createDirectories(folder);
    var connections = new RoleConnections(urls);
    try {
      var database =
          Database.open(
              settings
                  .database()
                  .map(url -> url.under(folder))
                  .orElse(DatabaseUrl.file(folder.resolve(DATABASE))),
              "delivery");
      return new Delivery(
          settings, environment, git, connections, parts, database, new Base(time, log, metrics));
    } catch (RuntimeException e) {
      connections.close();
      throw e;
    }
  }

  /// The commits in the database of this folder: the last seen one first, then the last applied
  /// one. Empty without a database, or when the database cannot be read.
  public static List<CommitId> recorded(Path folder) {
    var file = folder.resolve(DATABASE);
    if (!Files.isRegularFile(file)) {
      return List.of();
    }
    try (var database = Database.open(DatabaseUrl.file(file), "delivery")) {
      return Sync.recorded(new DeliveryStore(database));
    } catch (RuntimeException _) { // the role reports the error when it opens the database
      return List.of();
    }
  }

  private record Base(Time time, Logger log, SelfMetrics metrics) {}

  @Override
  public String name() {
    return "delivery";
  }

  @Override
  public List<Mount> mounts() {
    return List.of(new Mount("/api/v1", routes.routes()));
  }

  @Override
  public void start() {
    rollouts.resume();
    closer.add("looking", PeriodicTask.start(time, "delivery-" + environment, pause(), this::look));
    closer.add(
        "alerts",
        PeriodicTask.startAfter(
            SEND_ALERTS, time, "delivery-alerts-" + environment, SEND_ALERTS, alerts::send));
  }

  /// Runs one sync now.
  void look() {
    sync.reconcile().looked().ifPresent(metrics::looked);
  }

  /// Always ready; `GET /api/v1/desired` reports whether the environment matches Git.
  @Override
  public Optional<String> notReady() {
    return Optional.empty();
  }

  private Map<String, @Nullable Object> desired() {
    var status = sync.status();
    var age = Duration.between(status.looked().orElse(opened), time.now());
    var state = status.state(age, longest());
    var json =
        Json.object(
            "environment", environment.value(),
            "status", state.text(),
            "head", status.head().orElse(""),
            "applied", status.applied().orElse(""),
            "problems", status.problems(),
            "warnings", status.warnings(),
            "trouble", status.trouble().orElse(""),
            "git", status.git().orElse("reachable"),
            "drift", status.drift(),
            "looked", status.looked().map(Instant::toString).orElse(null),
            "looked_seconds_ago", age.toMillis() / 1000.0);
    try {
      if (rollouts.isBusy("A") && (state == SyncState.SYNCED || state == SyncState.OUT_OF_SYNC)) {
        json.put("status", SyncState.ROLLING_OUT.text());
      }
      json.putAll(recorded());
    } catch (FaultException e) {
      json.put("status", SyncState.FAILED.text());
      json.put("trouble", e.reason());
    }
    return json;
  }

  /// The age of the last complete poll beyond which the repository's state counts as unknown.
  private Duration longest() {
    var looks = pause().multipliedBy(LOOKS);
    return looks.compareTo(LONGEST) > 0 ? looks : LONGEST;
  }

  private Duration pause() {
    return git.isMirror() ? settings.remotePoll() : settings.poll();
  }

  private Map<String, @Nullable Object> recorded() {
    var good = new TreeMap<String, Object>();
    rollouts.lastGood("A").ifPresent(version -> good.put("A", version));
    return Json.object(
        "serving", sync.declared().map(Delivery::shown).orElse(Json.object()),
        "last_good", good,
        "blocked",
            records.blocked().stream()
                .map(
                    block ->
                        Json.object(
                            "model",
                            block.model(),
                            "version",
                            block.version(),
                            "rollout",
                            block.rollout(),
                            "cause",
                            block.cause(),
                            "at",
                            block.at().toString()))
                .toList());
  }

  private static Map<String, @Nullable Object> shown(ServingFile serving) {
    var variants = new TreeMap<String, Object>();
    serving
        .variants()
        .forEach(
            (name, binding) ->
                variants.put(
                    name,
                    switch (binding) {
                      case VersionRef.Version(int number) -> Map.of("version", number);
                      case VersionRef.Alias(var alias) -> Map.of("alias", alias);
                    }));
    return Json.object(
        "model", serving.model(), "variants", variants, "traffic", serving.traffic().json());
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      closer.close();
    }
  }
}
