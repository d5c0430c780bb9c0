package dev.gori.app.drill;

import dev.gori.app.running.Poller;
import dev.gori.clients.PipelinesClient.RunInfo;
import dev.gori.clients.PipelinesClient.TaskInfo;
import dev.gori.clients.PipelinesClient.Trigger;
import dev.gori.clients.s3.ObjectPath;
import dev.gori.pipelines.features.FeatureVersion;
import dev.gori.pipelines.features.SampleDay;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.time.LocalDate;

/// Adds a raw day whose numbers have drifted: training must continue, and the drift gate must block
/// promotion.
record DataDrift() implements Drill {

  private static final String PIPELINE = "daily_user_events";
  private static final Duration OVER = Duration.ofMinutes(5);
  private static final int DAYS_AGO = 400;
  private static final int ROWS = 10_000;

  @Override
  public void run(DrillContext context) throws IOException {
    var timeline = context.timeline();
    var environment = context.environment();
    var before = context.serving();
    var logical = environment.now().minus(Duration.ofDays(DAYS_AGO));
    var day =
        new SampleDay(LocalDate.ofInstant(logical, FeatureVersion.ZONE), ROWS, 99, 1.0, 0.012);
    var bytes = new ByteArrayOutputStream();
    day.writeTo(bytes);
    try (var store = environment.store()) {
      store.put(
          new ObjectPath("raw-" + environment.name(), day.key()), bytes.toByteArray(), "text/csv");
    }
    timeline.record(
        environment.now(),
        "%s is in the raw bucket, moved by two standard deviations".formatted(day.key()));
    var run = environment.pipelines().trigger(PIPELINE, Trigger.at(logical));
    timeline.record(environment.now(), "run " + run.id());
    var over =
        Poller.until(OVER, () -> environment.pipelines().run(run.id()).filter(RunInfo::isOver));
    var tasks = over.orElse(run);
    tasks.tasks().stream()
        .filter(task -> task.ended().isPresent())
        .forEach(
            task ->
                timeline.record(
                    task.ended().get(),
                    "%s %s%s"
                        .formatted(
                            task.name(),
                            task.state(),
                            task.why().isEmpty() ? "" : ": " + task.why())));
    timeline.require(
        state(tasks, "train_and_evaluate").equals("success"),
        "training goes on",
        state(tasks, "train_and_evaluate"));
    timeline.require(
        state(tasks, "shadow_path").equals("success"),
        "the version takes the shadow path",
        state(tasks, "shadow_path"));
    timeline.require(
        !state(tasks, "deploy").equals("success"),
        "nothing is deployed",
        "deploy " + state(tasks, "deploy"));
    int now = DrillContext.serving(environment).version();
    timeline.require(now == before.version(), "the same version serves", "version " + now);
  }

  private static String state(RunInfo run, String task) {
    return run.task(task).map(TaskInfo::state).orElse("not there");
  }
}
