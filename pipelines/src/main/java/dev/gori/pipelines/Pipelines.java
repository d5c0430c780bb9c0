package dev.gori.pipelines;

import dev.gori.base.conf.Problems;
import dev.gori.base.observe.SelfMetrics;
import dev.gori.http.ErrorFormat;
import dev.gori.http.Mount;
import dev.gori.http.Role;
import dev.gori.http.Routes;
import dev.gori.kernel.life.Closer;
import dev.gori.kernel.time.Time;
import dev.gori.pipelines.dag.Attempts.End;
import dev.gori.pipelines.tasks.Access;
import dev.gori.pipelines.tasks.TaskClients;
import dev.gori.sql.Database;
import dev.gori.sql.DatabaseUrl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/// The pipelines role of one environment: runs pipelines on schedule and on request, and serves
/// `/api/v1/pipelines` and `/api/v1/runs`.
///
/// Every state change is committed to the database before it takes effect. After a kill, open runs
/// continue from their last finished task.
public final class Pipelines implements Role {

  private final Closer closer = new Closer();
  private final RunStore store;
  private final RunService runService;
  private final Scheduler scheduler;
  private final SerialExecutor owner;
  private final TaskLogs logs;
  private final Sweeper sweeper;
  private final TaskIsolation isolation;
  private final ZoneId zone;
  private final Time time;
  private volatile boolean ready;
  private volatile boolean closed;
  private Time.@Nullable Handle timer;
  private @Nullable Instant timerAt;

  private Pipelines(
      PipelinesSettings settings,
      Access access,
      ZoneId zone,
      Time time,
      Path folder,
      Logger log,
      SelfMetrics metrics) {
    this.zone = zone;
    this.time = time;
    var database =
        closer.add(
            "database",
            Database.open(
                settings
                    .database()
                    .map(DatabaseUrl::parse)
                    .map(url -> url.under(folder))
                    .orElse(DatabaseUrl.file(folder.resolve("pipelines.db"))),
                "pipelines"));
    this.isolation = TaskIsolation.choose(settings, folder);
    log.info("pipelines isolation={} {}", isolation.mode().text(), isolation.why());
    var clients = closer.add("clients", TaskClients.open(access, isolation.mode()));
    var counted = new PipelineMetrics(metrics);
    var environment = access.environment().value();
    this.store = new RunStore(database);
    this.logs = new TaskLogs(folder.resolve("logs"), settings.longestLog(), time, log);
    var attempting =
        new Attempting(
            logs,
            folder.resolve("work"),
            clients,
            environment,
            time,
            settings.stopGrace(),
            log,
            this::ended);
    this.scheduler =
        new Scheduler(
            store, attempting, counted, environment, zone, time, log, settings.tasksAtOnce());
    this.runService = new RunService(store, scheduler, counted, time, log);
    this.owner =
        new SerialExecutor("pipelines " + environment, this::reconcile, metrics.threads(), log);
    this.sweeper =
        new Sweeper(
            store,
            List.of(folder.resolve("logs"), folder.resolve("work")),
            settings.keep(),
            time,
            log);
  }

  /// Opens the database. Nothing runs before {@link #start}, which also recovers the runs that a
  /// previous process left open.
  ///
  /// @param access the addresses and credentials of the other roles; only tasks call the registry
  ///   and delivery
  /// @param zone the environment's time zone, for pipelines that name none
  /// @param folder holds the logs of attempts, the working folders of runs and, unless the settings
  ///   name another, the database
  public static Pipelines open(
      PipelinesSettings settings,
      Access access,
      ZoneId zone,
      Time time,
      Path folder,
      Logger log,
      SelfMetrics metrics)
      throws IOException {
    Files.createDirectories(folder);
    return new Pipelines(settings, access, zone, time, folder.toAbsolutePath(), log, metrics);
  }

  /// Checks pipeline files.
  ///
  /// @return all problems; empty if the files are valid
  public static List<String> check(List<PipelineSource> sources, ZoneId zone) {
    var problems = new Problems();
    Definition.read(sources, zone, problems);
    return problems.all();
  }

  /// Replaces the pipeline definitions, all or none. Existing runs keep the definition that they
  /// were created with.
  ///
  /// @param commit the commit that declares the definitions; runs that no other commit triggers
  ///   carry it
  /// @return all problems; if there are any, nothing has changed
  public List<String> reload(List<PipelineSource> sources, String commit) {
    var problems = new Problems();
    var definitions = Definition.read(sources, zone, problems);
    if (problems.isEmpty()) {
      owner.ask(
          () -> {
            runService.define(definitions, commit);
            return definitions.size();
          });
    }
    return problems.all();
  }

  /// Records that another commit now declares the same definitions.
  public void declaredBy(String commit) {
    runService.declaredBy(commit);
  }

  @Override
  public String name() {
    return "pipelines";
  }

  @Override
  public List<Mount> mounts() {
    var routes = new Routes(ErrorFormat.GORI);
    new PipelineRoutes(store, runService, owner, isolation, time).add(routes);
    new RunRoutes(store, runService, owner, logs, zone, time).add(routes);
    return List.of(new Mount("", routes));
  }

  @Override
  public void start() {
    owner.start();
    owner.ask(
        () -> {
          runService.recover();
          ready = true;
          return true;
        });
    closer.add("sweeper", sweeper.start());
  }

  @Override
  public Optional<String> notReady() {
    if (closed) {
      return Optional.of("pipelines: closed");
    }
    if (!ready) {
      return Optional.of("pipelines: open runs are not taken up yet");
    }
    return Optional.ofNullable(owner.failing())
        .map(why -> "pipelines: no run goes on, tried again: " + why);
  }

  private void ended(Attempt attempt, End end) {
    owner.post(() -> scheduler.ended(attempt, end));
  }

  /// Runs on the serial executor's thread after each piece of work.
  private void reconcile() {
    var wake = runService.reconcile();
    if (wake.isEmpty() || wake.get().equals(timerAt)) {
      return;
    }
    if (timer != null) {
      timer.close();
    }
    timerAt = wake.get();
    timer = time.at(timerAt, owner::wake);
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    owner.close();
    if (timer != null) {
      timer.close();
    }
    scheduler.abandonAttempts();
    closer.close();
  }
}
