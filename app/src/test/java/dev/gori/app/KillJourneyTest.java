package dev.gori.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gori.app.running.Poller;
import dev.gori.app.running.RunningEnvironment;
import dev.gori.clients.DeliveryClient.Rollout;
import dev.gori.clients.Mlflow;
import dev.gori.clients.PipelinesClient.RunInfo;
import dev.gori.clients.PipelinesClient.TaskInfo;
import dev.gori.delivery.desired.ServingFileEditor;
import dev.gori.git.Commit;
import dev.gori.git.CommitDraft;
import dev.gori.git.GitRepository;
import dev.gori.git.Person;
import dev.gori.kernel.time.WallTime;
import dev.gori.pipelines.tasks.ModelFolder;
import dev.gori.testkit.NoLeaks;
import dev.gori.training.DrillModels;
import dev.gori.training.Signature;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// The program as a process, killed with `kill -9` in the middle of the loop pipeline and in every
/// stage of a rollout, forward and back: started again on the same folder it goes on, serves what
/// it served, and has all that it said it had. The steps build on each other.
@ExtendWith(NoLeaks.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class KillJourneyTest {

  private static final List<String> BEFORE_TRAINING =
      List.of(
          "extract_raw_data", "validate_data", "build_features", "store_features", "drift_gate");
  private static final String DELIVERY =
      "{poll: 300ms, window: 5s, settle: 2s, interval: 1s, least_good: 3, alert_for: 5s, p95: 800ms, attempts: 100}";
  private static final String MODEL = "user_events";
  private static final Person PERSON = new Person("Ann", "ann@example.com");

  @TempDir static Path folder;

  private static GoriProcess program;
  private static Acknowledged acknowledged;

  @BeforeAll
  static void prepare() throws IOException {
    program = GoriProcess.in(folder, Map.of("dev", Map.of("delivery", DELIVERY)));
    ShortWorkspace.edit(
        program.home().resolve("workspace/environments/dev/pipelines/daily_user_events.yaml"),
        text ->
            text.replace(
                "algorithm: logistic_regression ",
                "algorithm: gradient_boosted_trees\n      parameters: {rounds: 600, max_depth: 8}\n      #"));
  }

  @AfterAll
  static void stop() {
    if (program != null) {
      program.close();
    }
  }

  private static RunningEnvironment startAgain() throws IOException {
    program.kill();
    return program.up().environment("dev");
  }

  @Test
  @Order(1)
  void aRunThatIsKilledWhileItTrainsGoesOnFromItsLastFinishedTask() throws IOException {
    var dev = program.up().environment("dev");
    acknowledged = Acknowledged.by(dev);
    var run =
        awaited(
            "training", () -> run(dev).filter(one -> isIn(one, "train_and_evaluate", "running")));

    var again = startAgain();

    var observed =
        awaited(
            "observing",
            () -> run(again).filter(one -> isIn(one, "observe", "running", "up_for_reschedule")));
    assertThat(observed.id()).as("no second run").isEqualTo(run.id());
    assertThat(again.pipelines().runs(10)).hasSize(1);
    assertThat(attempts(again, run.id(), "train_and_evaluate")).containsExactly("lost", "success");
    assertThat(BEFORE_TRAINING)
        .allSatisfy(
            task ->
                assertThat(attempts(again, run.id(), task)).as(task).containsExactly("success"));
  }

  @Test
  @Order(2)
  void aRolloutThatIsKilledWhileItIsObservedSucceedsAndItsRunToo() throws IOException {
    var dev = startAgain();

    assertThat(PlatformRig.answering(dev)).as("serves the same version immediately").isEqualTo(1);
    assertThat(resumed(dev)).endsWith("observing");
    for (var environment : List.of(dev, program.running().environment("prod"))) {
      var run = awaited("the end of the run", () -> run(environment).filter(RunInfo::isOver));
      assertThat(run.state()).as("%s", run.tasks()).isEqualTo("success");
      assertThat(PlatformRig.answering(environment)).isEqualTo(1);
    }
    assertThat(commits("Gori-Rollout", dev.delivery().rollouts(5).getFirst().id()))
        .as("pins")
        .hasSize(1);
    assertThat(BEFORE_TRAINING)
        .allSatisfy(
            task ->
                assertThat(attempts(dev, run(dev).orElseThrow().id(), task))
                    .as(task)
                    .containsExactly("success"));
  }

  /// A version that passes its smoke test and is too slow: each of its stages takes long enough to
  /// be killed in. What the registry is needed for waits while that is away.
  @Test
  @Order(3)
  void aRolloutThatIsKilledInEveryStageEndsWhereItShould() throws IOException {
    var dev = program.running().environment("dev");
    registerSlowVersion(dev);
    pinSecondVersion();
    reached(dev, "deploying");
    dev = startAgain();
    assertThat(PlatformRig.answering(dev)).as("killed while it deployed").isEqualTo(1);
    reached(dev, "smoking");
    dev = startAgain();
    assertThat(PlatformRig.answering(dev)).as("killed in the smoke test").isEqualTo(1);
    reached(dev, "smoking");
    breakRegistry(dev);
    reached(dev, "committing");
    dev = startAgain();
    assertThat(PlatformRig.answering(dev)).as("killed while it committed").isEqualTo(1);
    reached(dev, "reloading");
    dev = startAgain();
    reached(dev, "observing");
    dev = startAgain();
    assertThat(restored(dev)).as("killed while it was observed").endsWith("variant=A version=2");
    breakRegistry(dev);
    reached(dev, "rolling_back");
    awaited("traffic back", servesFirst(dev));
    dev = startAgain();
    assertThat(PlatformRig.answering(dev)).as("killed on its way back").isEqualTo(1);
    reached(dev, "rolled_back");
    assertThat(resumed(dev))
        .endsWith("deploying", "smoking", "committing", "reloading", "observing", "rolling_back");
  }

  @Test
  @Order(4)
  void whatWentBackIsToldOnceAndGitSaysWhatServes() throws IOException {
    var dev = program.running().environment("dev");
    var rollout = second(dev).orElseThrow();
    assertThat(rollout.cause()).contains("too slow");
    assertThat(commits("Gori-Rollout", rollout.id()))
        .as("the person's commit is the pin")
        .isEmpty();
    assertThat(commits("Gori-Rollback", rollout.id()))
        .as("reverts")
        .singleElement()
        .satisfies(
            commit -> assertThat(commit.message()).contains("Cause: too slow", "Evidence at"));
    assertThat(declared()).contains("version: 1").doesNotContain("version: 2");
    try (var registry = dev.registry()) {
      assertThat(registry.modelVersionByAlias(MODEL, "champion"))
          .map(Mlflow.ModelVersion::version)
          .contains(1);
    }
    awaited(
        "the alert",
        () ->
            Optional.of(PlatformRig.inbox(dev))
                .filter(text -> text.contains("[FIRING][DEV] RolloutRolledBack")));
    awaited(
        "its end",
        () ->
            Optional.of(PlatformRig.inbox(dev))
                .filter(text -> text.contains("[RESOLVED][DEV] RolloutRolledBack")));
    assertThat(PlatformRig.inbox(program.running().environment("prod")))
        .doesNotContain("RolloutRolledBack");
  }

  @Test
  @Order(5)
  void whatWasAcknowledgedBeforeTheFirstKillIsThereOnce() throws IOException {
    var dev = program.running().environment("dev");
    acknowledged.areThere(dev);
    WholeVersions.only(dev);
    for (var environment : List.of(dev, program.running().environment("prod"))) {
      ShippedOnce.everyLine(environment);
    }
  }

  @Test
  @Order(6)
  void theChecklistPasses() throws IOException {
    var said = program.verb("check");
    assertThat(said.status()).as(said.text().replace("%", "%%")).isZero();
    assertThat(said.text().lines().filter(line -> line.startsWith("pass")))
        .as(said.text().replace("%", "%%"))
        .hasSize(9);
  }

  private static <T> T awaited(String what, Supplier<Optional<T>> look) throws IOException {
    var found = Poller.until(PlatformRig.LOOP, look);
    if (found.isEmpty()) {
      throw new AssertionError(
          "%s: not within %s: %s".formatted(what, PlatformRig.LOOP, program.text()));
    }
    return found.get();
  }

  private static Optional<RunInfo> run(RunningEnvironment environment) {
    return environment.pipelines().runs(1).stream()
        .findFirst()
        .flatMap(run -> environment.pipelines().run(run.id()));
  }

  private static boolean isIn(RunInfo run, String task, String... states) {
    return run.task(task).map(TaskInfo::state).filter(List.of(states)::contains).isPresent();
  }

  /// How the attempts of a task ended, the oldest first.
  private static List<String> attempts(RunningEnvironment environment, String run, String task) {
    return environment
        .json("/api/v1/runs/" + run)
        .path("tasks")
        .valueStream()
        .filter(one -> one.path("name").asString("").equals(task))
        .flatMap(one -> one.path("attempts").valueStream())
        .map(attempt -> attempt.path("state").asString(""))
        .toList();
  }

  private static Optional<Rollout> second(RunningEnvironment environment) {
    return environment.delivery().rollouts(5).stream()
        .filter(rollout -> rollout.version() == 2)
        .findFirst();
  }

  private static void reached(RunningEnvironment environment, String state) throws IOException {
    awaited(state, () -> second(environment).filter(rollout -> rollout.state().equals(state)));
  }

  private static Supplier<Optional<Boolean>> servesFirst(RunningEnvironment environment) {
    return () ->
        Optional.of(environment.gateway().models().variants().get("A").version() == 1)
            .filter(is -> is);
  }

  private static void breakRegistry(RunningEnvironment environment) {
    assertThat(environment.send("PUT", "/api/v1/breakage/registry", Map.of("seconds", 120)).isOk())
        .isTrue();
  }

  /// In which states rollouts were when the program came back, from its own log.
  private static List<String> resumed(RunningEnvironment environment) throws IOException {
    return said(environment, "delivery", " resumes state=")
        .map(line -> line.replaceAll(".* resumes state=(\\w+).*", "$1"))
        .toList();
  }

  /// What the gateway came back with, from its own log.
  private static List<String> restored(RunningEnvironment environment) throws IOException {
    return said(environment, "gateway", "restored variant=A")
        .map(line -> line.replaceAll(".*(variant=A version=\\d+).*", "$1"))
        .toList();
  }

  private static Stream<String> said(RunningEnvironment environment, String role, String what)
      throws IOException {
    return Files.readAllLines(environment.folder().resolve("logs/%s.log".formatted(role))).stream()
        .filter(line -> line.contains(what));
  }

  private static void registerSlowVersion(RunningEnvironment environment) {
    var signature = new Signature(environment.gateway().models().variants().get("A").columns());
    var onnx = DrillModels.slow(signature, Duration.ofMillis(1_200));
    try (var registry = environment.registry()) {
      var run =
          registry.createRun(registry.experimentId("slow"), "slow", environment.now(), Map.of());
      ModelFolder.files(onnx, signature, run.id(), environment.now())
          .forEach((path, bytes) -> registry.uploadArtifact(run.id(), "model/" + path, bytes));
      registry.updateRun(run.id(), Mlflow.RunStatus.FINISHED, Optional.of(environment.now()));
      assertThat(
              registry
                  .createModelVersion(MODEL, "runs:/" + run.id() + "/model", run.id(), Map.of())
                  .version())
          .isEqualTo(2);
    }
  }

  private static void pinSecondVersion() throws IOException {
    try (var time = new WallTime();
        var workspace = workspace(time)) {
      workspace.commit(
          tree -> {
            var text =
                new String(
                    tree.file("environments/dev/serving.yaml").orElseThrow(),
                    StandardCharsets.UTF_8);
            var pinned =
                ServingFileEditor.pin(text, "A", OptionalInt.of(2))
                    .getBytes(StandardCharsets.UTF_8);
            return new CommitDraft(
                PERSON,
                "Serve the slow version",
                Map.of(),
                Map.of("environments/dev/serving.yaml", Optional.of(pinned)));
          });
    }
  }

  private static GitRepository workspace(WallTime time) throws IOException {
    return GitRepository.openOrCreate(
        program.data().resolve("workspace.git"), program.home().resolve("workspace"), PERSON, time);
  }

  private static List<Commit> commits(String trailer, String value) throws IOException {
    try (var time = new WallTime();
        var workspace = workspace(time)) {
      return workspace.log(workspace.head().orElseThrow(), 100).stream()
          .filter(commit -> value.equals(commit.trailers().get(trailer)))
          .toList();
    }
  }

  private static String declared() throws IOException {
    try (var time = new WallTime();
        var workspace = workspace(time)) {
      return new String(
          workspace
              .tree(workspace.head().orElseThrow())
              .file("environments/dev/serving.yaml")
              .orElseThrow(),
          StandardCharsets.UTF_8);
    }
  }
}
