package dev.gori.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gori.app.drill.Drills;
import dev.gori.app.running.Poller;
import dev.gori.app.running.RunningEnvironment;
import dev.gori.base.json.Json;
import dev.gori.clients.PipelinesClient.RunInfo;
import dev.gori.clients.PipelinesClient.TaskInfo;
import dev.gori.clients.PipelinesClient.Trigger;
import dev.gori.git.CommitId;
import dev.gori.http.HttpCalls;
import dev.gori.testkit.NoLeaks;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// The whole loop in the real program, from an empty folder: a first model in both environments, a
/// better one by a commit, a bad one that goes back by itself. The steps build on each other.
@ExtendWith(NoLeaks.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class LoopJourneyTest {

  private static final List<String> STAGES =
      List.of("deploy", "smoke", "commit", "reload", "observe");

  private static final String FILE = "pipelines/daily_user_events.yaml";

  @TempDir static Path folder;

  private static PlatformRig rig;

  @BeforeAll
  static void start() throws IOException {
    rig = PlatformRig.start(folder);
  }

  @AfterAll
  static void stop() {
    if (rig != null) {
      rig.close();
    }
  }

  @Test
  @Order(1)
  void rawDaysBecomeAModelThatAnswersInBothEnvironments() throws IOException {
    var environments = rig.running().environments();
    assertThat(environments).extracting(PlatformRig::answering).containsOnly(0);
    for (var environment : environments) {
      rig.putRawDays(environment);
    }
    var runs = environments.stream().map(environment -> rig.trigger(environment).id()).toList();

    for (int i = 0; i < runs.size(); i++) {
      var environment = environments.get(i);
      var run = rig.over(environment, runs.get(i));
      assertThat(run.state()).as("%s: %s", environment.name(), run.tasks()).isEqualTo("success");
      assertThat(STAGES)
          .allSatisfy(
              stage ->
                  assertThat(run.task(stage).map(TaskInfo::state)).as(stage).contains("success"));
      assertThat(PlatformRig.answering(environment)).isEqualTo(1);
      assertThat(rig.declared(environment, "serving.yaml")).contains("version: 1");
      assertThat(Poller.untilTrue(PlatformRig.SOON, () -> environment.get("/ready").isOk()))
          .as("ready")
          .isTrue();
    }
  }

  @Test
  @Order(2)
  void theChainOfAnAnswerIsCompleteFromEitherEnd() {
    for (var environment : rig.running().environments()) {
      var chain = chain(environment, "version", "1");
      assertThat(List.of("commit", "pipeline_run", "feature_version", "run_id"))
          .allSatisfy(link -> assertThat(chain.path(link).asString("")).as(link).isNotEmpty());
      assertThat(
              chain(environment, "feature_version", chain.path("feature_version").asString(""))
                  .path("version")
                  .asInt())
          .isEqualTo(1);
      assertThat(
              chain(environment, "run", chain.path("run_id").asString("")).path("version").asInt())
          .isEqualTo(1);
      assertThat(environment.delivery().change(chain.path("commit").asString("")))
          .as("the change that caused it")
          .isPresent();
    }
    var id = "journey-request-1";
    ask(rig.dev(), id);
    assertThat(Poller.until(PlatformRig.SOON, () -> rig.dev().delivery().lineage("request", id)))
        .as("by the request's id")
        .isPresent();
  }

  @Test
  @Order(3)
  void aCommitThatChangesThePipelineGoesLiveAsTheNextVersionByItself() {
    var commit =
        rig.commit(
            rig.dev(),
            FILE,
            text ->
                text.replace("algorithm: logistic_regression", "algorithm: gradient_boosted_trees"),
            "Train gradient-boosted trees");

    var over = rig.over(rig.dev(), startedBy(rig.dev(), commit.value()).id());

    assertThat(over.state()).as("%s", over.tasks()).isEqualTo("success");
    assertThat(PlatformRig.answering(rig.dev())).isEqualTo(2);
    assertThat(rig.declared(rig.dev(), "serving.yaml")).contains("version: 2");
    assertThat(chain(rig.dev(), "version", "2").path("commit").asString(""))
        .isEqualTo(commit.value());
    assertThat(over.task("promote").map(TaskInfo::state))
        .as("nobody told it to promote")
        .contains("skipped");
    assertThat(rig.declared(rig.prod(), FILE))
        .as("prod is untouched")
        .contains("algorithm: logistic_regression");
    assertThat(PlatformRig.answering(rig.prod())).as("prod").isEqualTo(1);
  }

  @Test
  @Order(4)
  void aRunByHandForAnotherDayHasAWholeChainThatNamesTheDefinitionsCommitWithoutBlamingIt() {
    var dev = rig.dev();
    var applied = dev.delivery().desired().path("applied").asString("");
    var run =
        rig.over(
            dev,
            dev.pipelines()
                .trigger(PlatformRig.PIPELINE, promoting(dev.now().minus(Duration.ofDays(1))))
                .id());

    assertThat(run.state()).as("%s", run.tasks()).isEqualTo("success");
    assertThat(run)
        .extracting(RunInfo::trigger, RunInfo::commit)
        .containsExactly("manual", applied);
    var chain = chain(dev, "version", "3");
    assertThat(chain.path("commit").asString("")).isEqualTo(applied);
    assertThat(chain.path("pipeline_run").asString("")).isEqualTo(run.id());
    var feature =
        run.task("store_features").orElseThrow().outputs().path("feature_version").asString("");
    assertThat(chain(dev, "feature_version", feature)).isEqualTo(chain);
    assertThat(
            chain(
                dev,
                "run",
                run.task("train_and_evaluate").orElseThrow().outputs().path("run_id").asString("")))
        .isEqualTo(chain);
    assertThat(chain(dev, "run", run.id())).isEqualTo(chain);
    ask(dev, "journey-request-2");
    assertThat(
            Poller.until(
                    PlatformRig.SOON, () -> dev.delivery().lineage("request", "journey-request-2"))
                .orElseThrow()
                .path("chains")
                .path(0))
        .isEqualTo(chain);
    var change = dev.delivery().change(applied).orElseThrow();
    assertThat(change.path("runs").valueStream().map(one -> one.path("id").asString("")))
        .contains(run.id());
    assertThat(change.path("links").path("pipeline_run").toString()).doesNotContain(run.id());
    assertThat(change.path("links").path("uncaused_run").toString()).contains(run.id());
  }

  private static Trigger promoting(Instant logicalTime) {
    return new Trigger(Map.of("promote", true), Optional.of(logicalTime), "", "told to promote");
  }

  @Test
  @Order(5)
  void whatItWasToldToPromoteIsACommitFromWhichProdTrainsItsOwnVersion() {
    var dev = rig.dev();
    var run = dev.pipelines().run(dev.pipelines().runs(1).getFirst().id()).orElseThrow();
    var promotion = run.task("promote").orElseThrow().outputs().path("commit").asString("");

    assertThat(rig.declared(rig.prod(), FILE))
        .isEqualTo(rig.declared(dev, FILE))
        .contains("algorithm: gradient_boosted_trees");
    var message = rig.workspace().commit(new CommitId(promotion)).message();
    assertThat(message)
        .contains("Promote dev's pipelines to prod", "Gori-Pipeline-Run: " + run.id());
    var trained = rig.over(rig.prod(), startedBy(rig.prod(), promotion).id());
    assertThat(trained.state()).as("%s", trained.tasks()).isEqualTo("success");
    assertThat(trained.task("promote").map(TaskInfo::state))
        .as("nobody told prod's run")
        .contains("skipped");
    assertThat(chain(rig.prod(), "version", "2").path("commit").asString("")).isEqualTo(promotion);
    assertThat(PlatformRig.answering(rig.prod())).isEqualTo(2);

    dev.pipelines().retry(run.id(), "promote");
    var again = rig.over(dev, run.id());
    assertThat(again.task("promote").orElseThrow().outputs().path("commit").asString(""))
        .as("tried again, it is the same commit")
        .isEqualTo(promotion);
  }

  private static RunInfo startedBy(RunningEnvironment environment, String commit) {
    return Poller.until(
            PlatformRig.SOON,
            () ->
                environment.pipelines().runs(PlatformRig.PIPELINE, 5).stream()
                    .filter(one -> one.commit().equals(commit) && one.trigger().equals("change"))
                    .findFirst())
        .orElseThrow(
            () ->
                new AssertionError("%s starts no run in %s".formatted(commit, environment.name())));
  }

  private static void ask(RunningEnvironment environment, String id) {
    var columns = environment.gateway().models().variants().get("A").columns();
    try (var calls = HttpCalls.within(Duration.ofSeconds(10))) {
      var row = Map.of("data", List.of(columns.stream().map(_ -> 1.0).toList()));
      var answer =
          calls.call(
              "POST",
              environment.at("/predict"),
              "application/json",
              Json.write(row),
              Map.of("X-Request-Id", id));
      assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    }
  }

  @Test
  @Order(6)
  void aBadModelThatIsCommittedGoesBackByItselfUnderLoad() throws IOException {
    var transcript = new ByteArrayOutputStream();
    var terminal = new Terminal(new PrintStream(transcript, true, StandardCharsets.UTF_8), false);

    boolean met = Drills.BAD_MODEL.run(rig.running(), "dev", rig.workspace(), terminal);

    assertThat(met).as(transcript.toString(StandardCharsets.UTF_8).replace("%", "%%")).isTrue();
    var rollout = rig.rolledOut(rig.dev(), 4);
    assertThat(rollout.state()).isEqualTo("rolled_back");
    assertThat(PlatformRig.answering(rig.dev())).isEqualTo(3);
    assertThat(rig.declared(rig.dev(), "serving.yaml"))
        .contains("version: 3")
        .doesNotContain("version: 4");
    var head = rig.workspace().commit(rig.workspace().head().orElseThrow());
    assertThat(head.message()).containsIgnoringCase("revert").contains(rollout.cause());
    assertThat(PlatformRig.inbox(rig.dev()))
        .contains("[FIRING][DEV] RolloutRolledBack", "[RESOLVED][DEV] RolloutRolledBack");
    assertThat(PlatformRig.inbox(rig.prod())).doesNotContain("RolloutRolledBack");
    try (var registry = rig.dev().registry()) {
      assertThat(registry.modelVersionByAlias("user_events", "champion"))
          .map(version -> version.version())
          .contains(3);
    }
  }

  /// Whoever asks for more than there is waits; whoever asks for a prediction does not.
  @Test
  @Order(7)
  void predictionsOfBothEnvironmentsAreAnsweredUnderQueriesWithoutEnd() throws Exception {
    var now = rig.dev().now().getEpochSecond();
    var endless =
        "query=%s&start=%d&end=%d&step=1&timeout=5s"
            .formatted(
                URLEncoder.encode(
                    "quantile_over_time(0.5, vector(time())[10d:1s])", StandardCharsets.UTF_8),
                now - 10_000,
                now);
    try (var calls = HttpCalls.within(Duration.ofSeconds(60));
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var queries =
          IntStream.range(0, 4)
              .mapToObj(
                  _ ->
                      threads.submit(
                          () ->
                              calls.post(
                                  rig.dev().at("/prometheus/api/v1/query_range"),
                                  "application/x-www-form-urlencoded",
                                  endless.getBytes(StandardCharsets.UTF_8),
                                  Map.of())))
              .toList();
      int asked = 0;
      while (queries.stream().anyMatch(query -> !query.isDone())) {
        ask(rig.dev(), "under-load-" + asked);
        ask(rig.prod(), "under-load-" + asked);
        asked++;
      }
      assertThat(asked).isGreaterThan(2);
      for (var query : queries) {
        assertThat(query.get().text()).contains("query timed out");
        assertThat(query.get().status()).isEqualTo(503);
      }
    }
  }

  private static JsonNode chain(RunningEnvironment environment, String kind, String id) {
    return environment
        .delivery()
        .lineage(kind, id)
        .orElseThrow(
            () ->
                new AssertionError(
                    "no lineage of %s %s in %s".formatted(kind, id, environment.name())))
        .path("chains")
        .path(0);
  }
}
