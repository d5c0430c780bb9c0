package dev.gori.app.verbs;

import dev.gori.app.Terminal;
import dev.gori.app.running.Poller;
import dev.gori.app.running.Running;
import dev.gori.app.running.RunningEnvironment;
import dev.gori.clients.PipelinesClient.RunInfo;
import dev.gori.clients.PipelinesClient.Trigger;
import dev.gori.clients.s3.ObjectPath;
import dev.gori.kernel.fault.FaultException;
import dev.gori.pipelines.features.FeatureVersion;
import dev.gori.pipelines.features.SampleDay;
import java.io.IOException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// On a new installation: generates raw days if there are none, and follows the first run of each
/// environment until a model serves.
final class FirstLoop {

  private static final long ROWS = 10_000;
  private static final int DAYS_BACK = 2;
  private static final String PIPELINE = "daily_user_events";
  private static final Duration APPLIED = Duration.ofSeconds(30);
  private static final Duration LONGEST = Duration.ofMinutes(5);

  private final Running running;
  private final Terminal terminal;
  private final Map<String, String> shown = new HashMap<>();

  FirstLoop(Running running, Terminal terminal) {
    this.running = running;
    this.terminal = terminal;
  }

  void run() {
    var waiting = new ArrayList<RunningEnvironment>();
    for (var environment : running.environments()) {
      if (hasBegun(environment)) {
        waiting.add(environment);
      }
    }
    Poller.untilTrue(
        LONGEST,
        () -> {
          waiting.removeIf(this::isOver);
          return waiting.isEmpty();
        });
    waiting.forEach(
        environment ->
            terminal.line(
                "%s: the first run is not over yet; follow it on %s",
                environment.name(), running.console()));
    running.environments().forEach(this::example);
  }

  /// Prints the problem of an environment and continues with the others.
  ///
  /// @return whether there is a run to follow
  private boolean hasBegun(RunningEnvironment environment) {
    try {
      return environment.gateway().models().variants().isEmpty() && begin(environment);
    } catch (FaultException | IOException e) {
      terminal.line("%s: the first run is not started: %s", environment.name(), Gori.reason(e));
      return false;
    }
  }

  /// Starts the run that a pipeline change would start, because the first commit is applied before
  /// raw data exists.
  private boolean begin(RunningEnvironment environment) throws IOException {
    var commit =
        Poller.until(
            APPLIED,
            () ->
                Optional.of(environment.delivery().desired().path("applied").asString(""))
                    .filter(id -> !id.isEmpty()));
    if (commit.isEmpty()) {
      terminal.line("%s: the workspace is not applied, see './gori status'", environment.name());
      return false;
    }
    if (environment.pipelines().pipeline(PIPELINE).isEmpty()) {
      terminal.line(
          "%s: the workspace has no pipeline '%s', so gori generates no sample data and starts no first run",
          environment.name(), PIPELINE);
      return false;
    }
    seed(environment);
    if (environment.pipelines().runs(1).isEmpty()) {
      environment.pipelines().trigger(PIPELINE, Trigger.because(commit.get()));
    }
    return true;
  }

  private void seed(RunningEnvironment environment) throws IOException {
    var today = LocalDate.ofInstant(environment.now(), FeatureVersion.ZONE);
    long seed = environment.name().hashCode();
    try (var store = environment.store()) {
      if (!store.list(new ObjectPath("raw-" + environment.name(), "daily/")).objects().isEmpty()) {
        return;
      }
    }
    for (var date : List.<LocalDate>of(today.minusDays(DAYS_BACK), today.minusDays(1), today)) {
      SampleDataVerb.put(environment, SampleDay.usual(date, ROWS, seed));
    }
    terminal.line(
        "%s: no raw data yet, generated %d days of %d rows",
        environment.name(), DAYS_BACK + 1, ROWS);
  }

  private boolean isOver(RunningEnvironment environment) {
    try {
      var runs = environment.pipelines().runs(1);
      if (runs.isEmpty()) {
        return false;
      }
      var run = environment.pipelines().run(runs.getFirst().id()).orElse(runs.getFirst());
      show(environment, run);
      if (run.isOver()) {
        terminal.line(
            "%s: run %s %s",
            environment.name(),
            run.id(),
            run.state().equals("success") ? terminal.good("succeeded") : terminal.bad(run.state()));
      }
      return run.isOver();
    } catch (FaultException _) {
      return false;
    }
  }

  private void show(RunningEnvironment environment, RunInfo run) {
    for (var task : run.tasks()) {
      var key = run.id() + task.name();
      boolean isNews =
          switch (task.state()) {
            case "success", "failed", "upstream_failed" ->
                !task.state().equals(shown.put(key, task.state()));
            default -> false;
          };
      if (isNews) {
        var took =
            task.started()
                .flatMap(
                    from -> task.ended().map(to -> Duration.between(from, to).toMillis() / 1000.0))
                .orElse(0.0);
        boolean isGood = task.state().equals("success");
        terminal.line(
            "%s: %s %s %s",
            environment.name(),
            isGood ? terminal.good("✓") : terminal.bad("✗"),
            task.name(),
            terminal.faint(
                "%.1f s%s".formatted(took, task.why().isEmpty() ? "" : "  " + task.why())));
      }
    }
  }

  private void example(RunningEnvironment environment) {
    var serving =
        Poller.until(
                Duration.ZERO,
                () -> Optional.ofNullable(environment.gateway().models().variants().get("A")))
            .orElse(null);
    if (serving != null) {
      var row = String.join(", ", serving.columns().stream().map(_ -> "1").toList());
      terminal.line("");
      terminal.line(
          "%s serves %s version %d:", environment.name(), serving.model(), serving.version());
      terminal.line("  curl -s %s/predict -d '{\"data\": [[%s]]}'", environment.base(), row);
    }
  }
}
