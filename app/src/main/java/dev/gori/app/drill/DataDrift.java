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

/// A day whose numbers have moved comes in: training goes on, promotion is blocked.
record DataDrift() implements Drill {

  private static final String PIPELINE = "daily_user_events";
  private static final Duration OVER = Duration.ofMinutes(5);
  private static final int DAYS_AGO = 400;
  private static final int ROWS = 10_000;

  @Override
  public void run(Scene scene) throws IOException {
    var timeline = scene.timeline();
    var environment = scene.environment();
    var before = scene.serving();
    var logical = environment.now().minus(Duration.ofDays(DAYS_AGO));
    var day =
        new SampleDay(LocalDate.ofInstant(logical, FeatureVersion.ZONE), ROWS, 99, 1.0, 0.012);
    var bytes = new ByteArrayOutputStream();
    day.writeTo(bytes);
    try (var store = environment.store()) {
      store.put(
          new ObjectPath("raw-" + environment.name(), day.key()), bytes.toByteArray(), "text/csv");
    }
    timeline.happened(
        environment.now(),
        "%s is in the raw bucket, moved by two standard deviations".formatted(day.key()));
    var run = environment.pipelines().trigger(PIPELINE, Trigger.at(logical));
    timeline.happened(environment.now(), "run " + run.id());
    var over =
        Poller.until(OVER, () -> environment.pipelines().run(run.id()).filter(RunInfo::isOver));
    var tasks = over.orElse(run);
    tasks.tasks().stream()
        .filter(task -> task.ended().isPresent())
        .forEach(
            task ->
                timeline.happened(
                    task.ended().get(),
                    "%s %s%s"
                        .formatted(
                            task.name(),
                            task.state(),
                            task.why().isEmpty() ? "" : ": " + task.why())));
    timeline.demand(
        state(tasks, "train_and_evaluate").equals("success"),
        "training goes on",
        state(tasks, "train_and_evaluate"));
    timeline.demand(
        state(tasks, "shadow_path").equals("success"),
        "the version takes the shadow path",
        state(tasks, "shadow_path"));
    timeline.demand(
        !state(tasks, "deploy").equals("success"),
        "nothing is deployed",
        "deploy " + state(tasks, "deploy"));
    int now = Scene.serving(environment).version();
    timeline.demand(now == before.version(), "the same version serves", "version " + now);
  }

  private static String state(RunInfo run, String task) {
    return run.task(task).map(TaskInfo::state).orElse("not there");
  }
}
