package dev.gori.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gori.app.check.Checklist;
import dev.gori.app.running.Poller;
import dev.gori.app.running.Running;
import dev.gori.app.running.RunningEnvironment;
import dev.gori.base.json.Json;
import dev.gori.clients.DeliveryClient.Rollout;
import dev.gori.clients.PipelinesClient.RunInfo;
import dev.gori.clients.PipelinesClient.Trigger;
import dev.gori.clients.s3.ObjectPath;
import dev.gori.git.CommitDraft;
import dev.gori.git.CommitId;
import dev.gori.git.CommitResult;
import dev.gori.git.GitRepository;
import dev.gori.git.Person;
import dev.gori.http.HttpServer;
import dev.gori.kernel.life.Closer;
import dev.gori.kernel.time.WallTime;
import dev.gori.pipelines.features.FeatureVersion;
import dev.gori.pipelines.features.SampleDay;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/// The real program for a test class: a new installation from the template with short rollouts, all
/// ports free ones, asked over HTTP.
final class PlatformRig implements AutoCloseable {

  static final String PIPELINE = "daily_user_events";
  static final Duration LOOP = Duration.ofMinutes(3);
  static final Duration SOON = Duration.ofSeconds(60);

  private static final long ROWS = 3_000;
  private static final Person PERSON = new Person("Ann", "ann@example.com");

  private final Closer closer = new Closer();
  private final GitRepository workspace;
  private final Platform platform;
  private final Running running;
  private final Path data;

  private PlatformRig(Path folder, Map<String, Map<String, String>> sections) throws IOException {
    this.data = folder.resolve("data");
    try {
      var template = ShortWorkspace.in(folder.resolve("template"), sections);
      var time = closer.add("time", new WallTime());
      this.platform =
          closer.add("platform", Platform.start(Platform.Options.all(data, template, 0), time));
      this.workspace =
          closer.add(
              "workspace",
              GitRepository.openOrCreate(data.resolve("workspace.git"), template, PERSON, time));
      this.running = closer.add("running", Running.from(data));
    } catch (Throwable e) {
      closer.closeAfter(e);
      throw e;
    }
  }

  /// @param folder an empty one
  static PlatformRig start(Path folder) throws IOException {
    return new PlatformRig(folder, Map.of());
  }

  /// @param sections of `environment.yaml`, by environment and role, as flow mappings
  static PlatformRig start(Path folder, Map<String, Map<String, String>> sections)
      throws IOException {
    return new PlatformRig(folder, sections);
  }

  /// The routes of an environment's port.
  List<HttpServer.RouteInfo> routes(String environment) {
    return platform.routes().getOrDefault(environment, List.of());
  }

  Running running() {
    return running;
  }

  RunningEnvironment dev() {
    return running.environment("dev");
  }

  RunningEnvironment prod() {
    return running.environment("prod");
  }

  Path data() {
    return data;
  }

  GitRepository workspace() {
    return workspace;
  }

  /// All nine lines of the operating checklist; a failure shows what each of them saw.
  void expectChecklistPasses() throws IOException {
    var said = new ArrayList<String>();
    boolean passed =
        Checklist.run(
            running,
            workspace,
            (checked, _) ->
                said.add(
                    "%d %s: %s"
                        .formatted(
                            checked.number(),
                            checked.proof().passed() ? "passed" : "FAILED",
                            checked.proof().evidence())));
    assertThat(passed).as(String.join("\n", said).replace("%", "%%")).isTrue();
  }

  /// Runs the loop once in every environment, all at the same time: it succeeds, and its version
  /// answers.
  void loopOnce() throws IOException {
    var environments = running.environments();
    for (var environment : environments) {
      putRawDays(environment);
    }
    var runs = environments.stream().map(environment -> trigger(environment).id()).toList();
    for (int i = 0; i < runs.size(); i++) {
      var run = over(environments.get(i), runs.get(i));
      assertThat(run.state())
          .as("%s: %s", environments.get(i).name(), run.tasks())
          .isEqualTo("success");
      assertThat(answering(environments.get(i))).isEqualTo(1);
    }
  }

  /// Puts the raw days in that a run of today may look for.
  void putRawDays(RunningEnvironment environment) throws IOException {
    putDays(environment);
  }

  static void putDays(RunningEnvironment environment) throws IOException {
    var today = LocalDate.ofInstant(environment.now(), FeatureVersion.ZONE);
    try (var store = environment.store()) {
      for (int back = 0; back <= 2; back++) {
        var day = SampleDay.usual(today.minusDays(back), ROWS, environment.name().hashCode());
        var bytes = new ByteArrayOutputStream();
        day.writeTo(bytes);
        store.put(
            new ObjectPath("raw-" + environment.name(), day.key()),
            bytes.toByteArray(),
            "text/csv");
      }
    }
  }

  /// Starts the first run as a new installation does: for the commit that is applied.
  RunInfo trigger(RunningEnvironment environment) {
    var applied =
        Poller.until(
                SOON, () -> text(environment.delivery().desired().path("applied").asString("")))
            .orElseThrow(
                () ->
                    new AssertionError("nothing is applied: " + environment.delivery().desired()));
    return environment.pipelines().trigger(PIPELINE, Trigger.because(applied));
  }

  /// The run when it is over, with its tasks.
  RunInfo over(RunningEnvironment environment, String run) {
    return Poller.until(LOOP, () -> environment.pipelines().run(run).filter(RunInfo::isOver))
        .orElseThrow(
            () ->
                new AssertionError(
                    "run %s is not over: %s".formatted(run, environment.pipelines().run(run))));
  }

  /// The version's rollout when it is over.
  Rollout rolledOut(RunningEnvironment environment, int version) {
    return Poller.until(LOOP, () -> rollout(environment, version).filter(Rollout::isOver))
        .orElseThrow(
            () ->
                new AssertionError(
                    "the rollout of version %d is not over: %s"
                        .formatted(version, rollout(environment, version))));
  }

  private static Optional<Rollout> rollout(RunningEnvironment environment, int version) {
    return environment.delivery().rollouts(20).stream()
        .filter(one -> one.version() == version)
        .findFirst();
  }

  /// What a person pushes: one file of an environment, changed.
  CommitId commit(
      RunningEnvironment environment, String file, UnaryOperator<String> change, String subject) {
    return commit(environment, Map.of(file, change), subject);
  }

  /// What a person pushes: some files of an environment, changed.
  CommitId commit(
      RunningEnvironment environment, Map<String, UnaryOperator<String>> changes, String subject) {
    var written =
        workspace.commit(
            tree -> {
              var changed = new TreeMap<String, Optional<byte[]>>();
              changes.forEach(
                  (file, change) -> {
                    var text =
                        new String(
                            tree.file(path(environment, file)).orElse(new byte[0]),
                            StandardCharsets.UTF_8);
                    changed.put(
                        path(environment, file),
                        Optional.of(change.apply(text).getBytes(StandardCharsets.UTF_8)));
                  });
              return new CommitDraft(PERSON, subject, Map.of(), changed);
            });
    return switch (written) {
      case CommitResult.Committed(var commit) -> commit.id();
      case CommitResult.Unchanged(var head) ->
          throw new AssertionError("'%s' changes nothing at %s".formatted(subject, head));
    };
  }

  /// A file of an environment as it is in Git now.
  String declared(RunningEnvironment environment, String file) {
    var head = workspace.head().orElseThrow();
    return new String(
        workspace.tree(head).file(path(environment, file)).orElseThrow(), StandardCharsets.UTF_8);
  }

  private static String path(RunningEnvironment environment, String file) {
    return "environments/%s/%s".formatted(environment.name(), file);
  }

  /// The version that answers a prediction; 0 when none does.
  static int answering(RunningEnvironment environment) {
    var serving = environment.gateway().models().variants().get("A");
    if (serving == null) {
      return 0;
    }
    return environment
        .gateway()
        .predict(new double[][] {new double[serving.columns().size()]}, Optional.empty())
        .version();
  }

  /// All that the environment's inbox holds, as one text.
  static String inbox(RunningEnvironment environment) {
    return Json.text(environment.json("/api/v1/inbox?limit=200"));
  }

  private static Optional<String> text(String text) {
    return text.isEmpty() ? Optional.empty() : Optional.of(text);
  }

  @Override
  public void close() {
    closer.close();
  }
}
