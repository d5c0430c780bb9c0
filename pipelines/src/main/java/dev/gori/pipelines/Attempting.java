package dev.gori.pipelines;

import dev.gori.kernel.time.Time;
import dev.gori.pipelines.dag.Attempts.End;
import dev.gori.pipelines.dag.Scope;
import dev.gori.pipelines.dag.TaskSpec;
import dev.gori.pipelines.dag.Template;
import dev.gori.pipelines.tasks.BuiltIn;
import dev.gori.pipelines.tasks.TaskClients;
import dev.gori.pipelines.tasks.TaskContext;
import dev.gori.pipelines.tasks.TaskParameters;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/// Starts and stops attempts.
final class Attempting {

  private final TaskLogs logs;
  private final Path work;
  private final TaskClients clients;
  private final String environment;
  private final Time time;
  private final Duration grace;
  private final Logger role;
  private final BiConsumer<Attempt, End> ended;

  /// @param work the folder that holds one working folder for each run
  /// @param ended receives the end of each attempt, on any thread; may be called twice for a
  ///   stopped attempt
  Attempting(
      TaskLogs logs,
      Path work,
      TaskClients clients,
      String environment,
      Time time,
      Duration grace,
      Logger role,
      BiConsumer<Attempt, End> ended) {
    this.logs = logs;
    this.work = work;
    this.clients = clients;
    this.environment = environment;
    this.time = time;
    this.grace = grace;
    this.role = role;
    this.ended = ended;
  }

  Duration grace() {
    return grace;
  }

  Attempt start(LiveRun run, String task, Instant now) {
    var id = run.record().id();
    var spec = run.pipeline().task(task).orElseThrow();
    var at = run.task(task);
    try {
      Files.createDirectories(work.resolve(id));
      var log = logs.open(id, task, at.attempt(), clients.mask());
      var scope = run.snapshot(0, now).scope();
      var builtIn = BuiltIn.named(spec.uses());
      var attempt =
          new Attempt(
              id,
              task,
              at.attempt(),
              now,
              () ->
                  builtIn.run(
                      new TaskContext(
                          run.record().facts(environment),
                          task,
                          at.attempt(),
                          rendered(spec, scope),
                          run.pipeline().zone(),
                          scope,
                          work.resolve(id),
                          clients,
                          time,
                          log,
                          log.mask(),
                          role)),
              log,
              ended);
      attempt.start();
      return attempt;
    } catch (IOException e) {
      throw new UncheckedIOException(
          "run %s task %s: its folder cannot be written: %s".formatted(id, task, e.getMessage()),
          e);
    }
  }

  private static TaskParameters rendered(TaskSpec spec, Scope scope) {
    var with = new LinkedHashMap<String, @Nullable Object>();
    spec.with().forEach((key, value) -> with.put(key, Template.render(value, scope)));
    return new TaskParameters(with);
  }

  /// Stops an attempt. If it has not ended when the grace expires, reports its end and stops
  /// waiting for its thread.
  void stop(Attempt attempt, End as) {
    attempt.stop(as);
    time.at(time.now().plus(grace), () -> ended.accept(attempt, as));
  }

  /// Kills the child process that an attempt left running when this program was killed.
  void endLeftover(String run, String task) {
    BuiltIn.endLeftover(work.resolve(run), task);
  }
}
