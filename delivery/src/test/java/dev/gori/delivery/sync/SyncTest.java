package dev.gori.delivery.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gori.base.json.Json;
import dev.gori.delivery.controller.RolloutControllerRig;
import dev.gori.delivery.desired.Applier;
import dev.gori.delivery.desired.DesiredFiles;
import dev.gori.delivery.record.ChangeLinkKind;
import dev.gori.delivery.record.ChangeRecord;
import dev.gori.delivery.record.ChangeVerdict;
import dev.gori.delivery.record.DeliveryEvent;
import dev.gori.delivery.record.DeliveryEventKind;
import dev.gori.delivery.record.RolloutRequest;
import dev.gori.delivery.record.RolloutStage;
import dev.gori.delivery.record.StageState;
import dev.gori.delivery.rollout.Measurement;
import dev.gori.testkit.NoLeaks;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@ExtendWith(NoLeaks.class)
final class SyncTest {

  @TempDir Path folder;

  private RolloutControllerRig stand;
  private final List<String> applied = new ArrayList<>();

  @BeforeEach
  void open() throws Exception {
    stand = new RolloutControllerRig(folder);
    for (var name : List.of("rules", "dashboards")) {
      stand.checks.add(
          (files, problems) ->
              files
                  .under(name + "/")
                  .forEach(
                      (path, content) -> {
                        if (new String(content, java.nio.charset.StandardCharsets.UTF_8)
                            .contains("broken")) {
                          problems.add(path + ":1: broken (expected: whole)");
                        }
                      }));
      stand.appliers.add(applier(name));
    }
    stand.restart();
    stand.sync.reconcile();
  }

  private final java.util.Set<String> failing = new java.util.HashSet<>();

  private Applier applier(String name) {
    return new Applier() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public boolean concerns(String path) {
        return path.startsWith(name + "/");
      }

      @Override
      public List<String> apply(DesiredFiles files) {
        if (failing.contains(name)) {
          return List.of(name + ": cannot be reached");
        }
        applied.add(name + files.under(name + "/").keySet());
        return List.of();
      }
    };
  }

  @AfterEach
  void close() {
    stand.close();
  }

  private ChangeRecord change(String commit) {
    return stand.records.change(commit).orElseThrow();
  }

  @Test
  void threeMistakesInOneCommitAreAllReportedAndNothingIsApplied() throws Exception {
    stand.live(1);
    stand.sync.reconcile();
    applied.clear();
    var bad =
        stand.push(
            "Three mistakes",
            Map.of(
                "environments/dev/rules/a.yaml",
                "broken",
                "environments/dev/dashboards/b.json",
                "broken",
                "environments/dev/serving.yaml",
                "model: m\nvariants:\n  A: {version: none}\n"));
    var status = stand.sync.reconcile();
    assertThat(status.state().text()).isEqualTo("refused");
    assertThat(status.problems())
        .hasSize(4)
        .anySatisfy(p -> assertThat(p).contains("serving.yaml:3 variants.A.version: 'none'"))
        .contains(
            "rules/a.yaml:1: broken (expected: whole)",
            "dashboards/b.json:1: broken (expected: whole)");
    assertThat(change(bad.value()).verdict().text()).isEqualTo("refused");
    assertThat(applied).isEmpty();
    assertThat(stand.gateway.serves).containsEntry("A", 1);

    stand.restart();
    stand.sync.reconcile();
    assertThat(applied)
        .as("after a start the roles get what was applied last, not what is refused")
        .isEmpty();
    assertThat(stand.sync.status().problems()).hasSize(4);

    var fixed =
        stand.push(
            "Fixed",
            Map.of(
                "environments/dev/rules/a.yaml",
                "fine",
                "environments/dev/dashboards/b.json",
                "fine",
                "environments/dev/serving.yaml",
                "model: m\nvariants:\n  A: {version: 1}\ntraffic: {mode: single, primary: A}\n"));
    assertThat(stand.sync.reconcile().state().text()).isEqualTo("synced");
    assertThat(applied).containsExactly("rules[rules/a.yaml]", "dashboards[dashboards/b.json]");
    assertThat(change(fixed.value()).verdict().text()).isEqualTo("applied");
    assertThat(change(fixed.value()).stages())
        .extracting("name")
        .containsExactly("check", "rules", "dashboards");
  }

  @Test
  void whatWasAppliedIsAppliedAgainAfterAStart() throws Exception {
    stand.push("Rule", Map.of("environments/dev/rules/a.yaml", "fine"));
    stand.sync.reconcile();
    applied.clear();
    stand.restart();
    stand.sync.reconcile();
    assertThat(applied).containsExactly("rules[rules/a.yaml]");
  }

  @Test
  void aPersonsPinStartsARolloutAndABadOneIsReverted() {
    stand.live(1);
    stand.sync.reconcile();
    stand.readings.put("p95", Measurement.of(4));
    var bad = stand.pushVersion(2);
    stand.sync.reconcile();
    stand.forward(20);
    stand.sync.reconcile();
    assertThat(stand.gateway.serves).containsEntry("A", 1);
    assertThat(stand.file("serving.yaml")).contains("A: {version: 1}");
    assertThat(change(bad.value()).verdict().text()).isEqualTo("rolled_back");
    var revert = stand.people.head().orElseThrow().value();
    assertThat(change(bad.value()).links())
        .containsEntry(ChangeLinkKind.REVERT_COMMIT, List.of(revert))
        .containsEntry(ChangeLinkKind.ALERT, List.of("RolloutRolledBack"));
    assertThat(change(revert).links().get(ChangeLinkKind.REVERTS)).containsExactly(bad.value());
    assertThat(stand.sync.reconcile().state().text()).isEqualTo("synced");
  }

  @Test
  void aVersionThatWasTakenBackDoesNotComeBackByAnotherCommit() throws Exception {
    stand.live(1);
    stand.readings.put("p95", Measurement.of(4));
    stand.rollouts.start(stand.request(2));
    stand.forward(20);
    stand.sync.reconcile();
    stand.readings.put("p95", Measurement.of(0.1));
    stand.pushVersion(2);
    var status = stand.sync.reconcile();
    stand.forward(120);
    assertThat(status.problems())
        .singleElement()
        .satisfies(p -> assertThat(p).contains("variants.A.version: 2 was rolled back by"));
    assertThat(stand.gateway.serves).containsEntry("A", 1);
    stand.restart();
    stand.sync.reconcile();
    stand.forward(120);
    assertThat(stand.gateway.serves).containsEntry("A", 1);
  }

  @Test
  void whileTheRevertWaitsForGitTheBadVersionStaysOut() throws Exception {
    stand.behindARemote();
    stand.sync.reconcile();
    stand.live(1);
    stand.sync.reconcile();
    stand.readings.put("p95", Measurement.of(4));
    stand.rollouts.start(stand.request(2));
    stand.forward(5);
    stand.sync.reconcile();
    stand.remoteIsAway(true);
    stand.forward(30);
    for (int i = 0; i < 5; i++) {
      assertThat(stand.sync.reconcile().git()).isPresent();
      stand.forward(10);
    }
    assertThat(stand.gateway.serves).containsEntry("A", 1);
    stand.remoteIsAway(false);
    stand.forward(10);
    assertThat(stand.sync.reconcile().state().text()).isEqualTo("synced");
    assertThat(stand.gateway.serves).containsEntry("A", 1);
  }

  @Test
  void whatWasChangedByHandIsPutBackAndSaid() {
    stand.live(1);
    stand.sync.reconcile();
    stand.gateway.serves.put("A", 7);
    stand.gateway.policy = Json.parse("{\"mode\":\"split\",\"weights\":{\"A\":50,\"B\":50}}");
    assertThat(stand.sync.reconcile().state().text()).isEqualTo("synced");
    assertThat(stand.gateway.serves).containsEntry("A", 1);
    assertThat(stand.gateway.policy.path("mode").asString("")).isEqualTo("single");
    assertThat(stand.records.events(10))
        .extracting(DeliveryEvent::text)
        .anySatisfy(
            text ->
                assertThat(text)
                    .isEqualTo("variant A served version 7 and was put back on version 1"))
        .anySatisfy(text -> assertThat(text).startsWith("traffic was {\"mode\":\"split\""));
    assertThat(stand.counted).containsExactly("applied", "applied", "healed", "healed");
  }

  @Test
  void aGatewayThatCameBackEmptyIsFilledAgain() {
    stand.live(1);
    stand.sync.reconcile();
    stand.gateway.away = true;
    assertThat(stand.sync.reconcile().drift()).containsExactly("gateway cannot be reached");
    stand.gateway.away = false;
    stand.gateway.serves.clear();
    stand.sync.reconcile();
    assertThat(stand.gateway.serves).containsEntry("A", 1);
  }

  @Test
  void aChangedPipelineRunsBecauseOfItsCommitAndARevertRunsNothing() {
    var commit =
        stand.push(
            "Try eta 2",
            Map.of(
                "environments/dev/pipelines/train.yaml",
                "name: train\nrun_on_change: true\neta: 2\n"));
    stand.sync.reconcile();
    stand.sync.reconcile();
    assertThat(stand.triggered).containsExactly("train@" + commit.brief());
    assertThat(change(commit.value()).links())
        .containsEntry(ChangeLinkKind.PIPELINE_RUN, List.of("run-1"));

    stand.live(1);
    stand.readings.put("p95", Measurement.of(9));
    stand.rollouts.start(
        new dev.gori.delivery.record.RolloutRequest(
            "m", 2, "A", "run-1", "t", "v_2", commit.value(), true, "k"));
    stand.forward(20);
    stand.sync.reconcile();
    assertThat(stand.file("pipelines/train.yaml"))
        .as("the commit that caused it is taken back too")
        .contains("eta: 1");
    assertThat(stand.triggered).hasSize(1);
    assertThat(change(commit.value()).verdict().text()).isEqualTo("rolled_back");
  }

  @Test
  void aRunThatNoCommitStartedIsListedAtTheCommitWhoseDefinitionItRanAndNotBlamedOnIt() {
    var commit =
        stand.push(
            "Try eta 2",
            Map.of(
                "environments/dev/pipelines/train.yaml",
                "name: train\nrun_on_change: true\neta: 2\n"));
    stand.sync.reconcile();
    stand.sync.reconcile();
    stand.live(1);
    stand.readings.put("p95", Measurement.of(9));
    var id =
        stand
            .rollouts
            .start(
                new RolloutRequest(
                    "m", 2, "A", "run-by-schedule", "t", "v_2", commit.value(), false, "k"))
            .id();
    stand.forward(20);
    stand.sync.reconcile();
    assertThat(stand.records.rollout(id).orElseThrow().state().phase().text())
        .isEqualTo("rolled_back");
    assertThat(stand.file("pipelines/train.yaml")).as("the definition stays").contains("eta: 2");
    assertThat(change(commit.value()).verdict().text()).isEqualTo("applied");
    assertThat(change(commit.value()).links())
        .containsEntry(ChangeLinkKind.UNCAUSED_RUN, List.of("run-by-schedule"))
        .containsEntry(ChangeLinkKind.UNCAUSED_ROLLOUT, List.of(id))
        .containsEntry(ChangeLinkKind.PIPELINE_RUN, List.of("run-1"))
        .doesNotContainKeys(ChangeLinkKind.ALERT, ChangeLinkKind.REVERT_COMMIT);
    assertThat(stand.heard.getLast().labels()).doesNotContainKey("commit");
  }

  static Stream<Failure> pinsThatFailBeforeAnythingIsShifted() {
    return Stream.of(
        new Failure(
            "corrupt artifact",
            2,
            stand -> stand.gateway.refuses = Optional.of(2),
            "deploy: corrupt ONNX file"),
        new Failure(
            "smoke failed",
            2,
            stand -> stand.gateway.failsPredictions = Optional.of(2),
            "smoke: the model failed"),
        new Failure("not READY", 66, _ -> {}, "deploy: m version 66 is PENDING"),
        new Failure(
            "not in the registry", 100, _ -> {}, "deploy: m version 100: not in the registry"));
  }

  private record Failure(
      String name, int version, Consumer<RolloutControllerRig> breaks, String why) {
    @Override
    public String toString() {
      return name;
    }
  }

  @ParameterizedTest
  @MethodSource("pinsThatFailBeforeAnythingIsShifted")
  void aPersonsPinThatFailsBeforeAnythingIsShiftedIsTakenOutOfGit(Failure failure)
      throws Exception {
    stand.sync.reconcile();
    stand.live(1);
    stand.sync.reconcile();
    var before = stand.file("serving.yaml");
    failure.breaks().accept(stand);
    var pin = stand.pushVersion(failure.version());
    stand.sync.reconcile();
    stand.forward(1);
    stand.restart();
    stand.forward(1);
    stand.sync.reconcile();
    stand.sync.reconcile();

    assertThat(stand.file("serving.yaml")).isEqualTo(before);
    var revert = stand.people.commit(stand.people.head().orElseThrow());
    assertThat(revert.message())
        .contains(
            "Cause: " + failure.why(), "It never served", "This reverts commit " + pin.value());
    assertThat(change(pin.value()).verdict().text()).isEqualTo("rolled_back");
    assertThat(change(pin.value()).links())
        .containsEntry(ChangeLinkKind.REVERT_COMMIT, List.of(revert.id().value()));
    var rollout = stand.records.rollouts(1).getFirst();
    assertThat(rollout.state().phase().text()).isEqualTo("failed");
    assertThat(rollout.stage(RolloutStage.ROLLBACK).state()).isEqualTo(StageState.SUCCEEDED);
    assertThat(rollout.stage(RolloutStage.ROLLBACK).detail())
        .contains("reverted by " + revert.id().brief());
    assertThat(stand.heard.getLast().labels())
        .containsEntry("alertname", "RolloutRolledBack")
        .containsEntry("commit", pin.value());
    assertThat(stand.gateway.serves).containsEntry("A", 1);
    assertThat(stand.sync.reconcile().state().text()).isEqualTo("synced");
    assertThat(stand.people.log(stand.people.head().orElseThrow(), 10))
        .as("each commit is made once")
        .hasSize(4);
  }

  @Test
  void aPersonsPinOfAVersionThatAPipelineTrainedHasTheWholeChain() {
    stand.live(1);
    stand.sync.reconcile();
    var pin = stand.pushVersion(2);
    stand.sync.reconcile();
    assertThat(stand.records.rollouts(1).getFirst().request())
        .satisfies(
            wanted -> {
              assertThat(wanted.commit()).isEqualTo(pin.value());
              assertThat(wanted.pipelineRun()).isEqualTo("trained-2");
              assertThat(wanted.featureVersion()).isEqualTo("v_2");
              assertThat(wanted.runId()).isEqualTo("train-2");
            });
  }

  @Test
  void gitAwayAfterAFailedPinIsWaitedForAndThePinIsTakenBackThen() throws Exception {
    stand.behindARemote();
    stand.sync.reconcile();
    stand.live(1);
    stand.sync.reconcile();
    stand.gateway.failsPredictions = Optional.of(2);
    stand.pushVersion(2);
    stand.sync.reconcile();
    stand.remoteIsAway(true);
    stand.forward(60);
    stand.restart();
    stand.forward(10);
    assertThat(stand.records.rollouts(1).getFirst().state().phase().text()).isEqualTo("failing");
    stand.remoteIsAway(false);
    stand.forward(10);
    assertThat(stand.records.rollouts(1).getFirst().state().phase().text()).isEqualTo("failed");
    assertThat(stand.file("serving.yaml")).contains("A: {version: 1}");
  }

  @Test
  void aCommitForAnotherEnvironmentIsNotedAndLeftAlone() {
    var commit =
        stand.push(
            "Prod only",
            Map.of(
                "environments/prod/pipelines/train.yaml",
                "name: train\nrun_on_change: true\neta: 5\n"));
    assertThat(stand.sync.reconcile().state().text()).isEqualTo("synced");
    assertThat(change(commit.value()).verdict().text()).isEqualTo("elsewhere");
    assertThat(stand.triggered).isEmpty();
  }

  @Test
  void aRefusedCommitThatIsRevertedIsOver() {
    var bad = stand.push("Bad", Map.of("environments/dev/rules/a.yaml", "broken"));
    assertThat(stand.sync.reconcile().state().text()).isEqualTo("refused");
    var revert =
        ((dev.gori.git.RevertResult.Done)
                stand.people.revert(bad, RolloutControllerRig.ANN, "Take it back", Map.of()))
            .commit();
    var status = stand.sync.reconcile();
    assertThat(status.state().text()).isEqualTo("synced");
    assertThat(status.applied()).contains(revert.id().value());
    assertThat(change(bad.value()).verdict().text()).isEqualTo("refused");
    assertThat(change(revert.id().value()).verdict().text()).isEqualTo("applied");
  }

  @Test
  void aBadCommitAndItsRevertThatComeTogetherAreOver() {
    var bad = stand.push("Bad", Map.of("environments/dev/rules/a.yaml", "broken"));
    stand.people.revert(bad, RolloutControllerRig.ANN, "Take it back", Map.of());
    assertThat(stand.sync.reconcile().state().text()).isEqualTo("synced");
    assertThat(stand.records.changes(10))
        .extracting(ChangeRecord::verdict)
        .doesNotContain(ChangeVerdict.PENDING);
  }

  /// The rules of the commit run already when the dashboards fail, and its revert has the files of
  /// the commit before: nothing differs in Git, all differs in the roles.
  @Test
  void aCommitThatWasAppliedHalfAndIsRevertedIsTakenBackWhole() {
    stand.push("Good", Map.of("environments/dev/rules/a.yaml", "fine"));
    stand.sync.reconcile();
    failing.add("dashboards");
    var half =
        stand.push(
            "Half",
            Map.of(
                "environments/dev/rules/b.yaml", "fine",
                "environments/dev/dashboards/c.json", "fine"));
    assertThat(stand.sync.reconcile().state().text()).isEqualTo("refused");
    assertThat(applied.getLast()).isEqualTo("rules[rules/a.yaml, rules/b.yaml]");
    failing.clear();
    stand.people.revert(half, RolloutControllerRig.ANN, "Take it back", Map.of());
    stand.forward(11);
    assertThat(stand.sync.reconcile().state().text()).isEqualTo("synced");
    assertThat(applied).endsWith("rules[rules/a.yaml]", "dashboards[]");
  }

  @Test
  void aFileThatIsTooLargeIsAProblemOfItsCommitAndTheNextOneIsLookedAt() {
    var bad =
        stand.push(
            "Data in Git", Map.of("environments/dev/code/data.csv", "x".repeat((8 << 20) + 1)));
    var status = stand.sync.reconcile();
    assertThat(status.state().text()).isEqualTo("refused");
    assertThat(status.problems())
        .singleElement()
        .asString()
        .startsWith("environments/dev/code/data.csv: ")
        .contains("8388609 bytes (expected: up to 8388608");
    assertThat(change(bad.value()).verdict().text()).isEqualTo("refused");
    stand.people.commit(
        _ ->
            new dev.gori.git.CommitDraft(
                RolloutControllerRig.ANN,
                "Out again",
                Map.of(),
                Map.of("environments/dev/code/data.csv", Optional.empty())));
    assertThat(stand.sync.reconcile().state().text()).isEqualTo("synced");
  }

  @Test
  void aLookThatCannotBeFinishedIsNotSynced() throws Exception {
    assertThat(stand.sync.status().state().text()).isEqualTo("synced");
    var looked = stand.sync.status().looked();
    stand.database.close();
    stand.forward(60);
    var status = stand.sync.reconcile();
    assertThat(status.state().text()).isEqualTo("failed");
    assertThat(status.trouble()).isPresent();
    assertThat(status.looked()).isEqualTo(looked);
    assertThat(stand.counted).endsWith("failed");
    stand.restart();
    assertThat(stand.sync.reconcile().state().text()).isEqualTo("synced");
  }

  @Test
  void aRecordThatIsLostIsToldOf() throws Exception {
    assertThat(stand.records.events(10))
        .extracting(DeliveryEvent::kind)
        .doesNotContain(DeliveryEventKind.BEGAN);
    stand.push("Rule", Map.of("environments/dev/rules/a.yaml", "fine"));
    stand.sync.reconcile();
    stand.database.close();
    for (var name :
        List.of("delivery.db", "delivery.db-wal", "delivery.db-shm", "delivery.db.made")) {
      java.nio.file.Files.deleteIfExists(folder.resolve(name));
    }
    stand.restart();
    assertThat(stand.sync.reconcile().state().text()).isEqualTo("synced");
    assertThat(stand.records.events(10))
        .extracting(DeliveryEvent::text)
        .anySatisfy(
            text -> assertThat(text).contains("earlier changes, rollouts and blocked versions"));
  }

  @Test
  void whileGitIsAwayTheLastFullLookGrowsOld() throws Exception {
    stand.behindARemote();
    var looked = stand.sync.reconcile().looked();
    stand.remoteIsAway(true);
    stand.forward(61);
    var status = stand.sync.reconcile();
    assertThat(status.looked()).isEqualTo(looked).isPresent();
    var age = java.time.Duration.between(looked.orElseThrow(), stand.time.now());
    assertThat(status.state(age, java.time.Duration.ofMinutes(1))).isEqualTo(SyncState.STALLED);
    stand.remoteIsAway(false);
    assertThat(stand.sync.reconcile().looked()).contains(stand.time.now());
  }

  @Test
  void bothSpellingsOfServingYamlAreOne() {
    stand.people.commit(
        tree ->
            new dev.gori.git.CommitDraft(
                RolloutControllerRig.ANN,
                "Rename",
                Map.of(),
                Map.of(
                    "environments/dev/serving.yaml",
                    Optional.empty(),
                    "environments/dev/serving.yml",
                    tree.file("environments/dev/serving.yaml"))));
    assertThat(stand.sync.reconcile().state().text()).isEqualTo("synced");
    stand.live(1);
    assertThat(stand.file("serving.yml")).as("the pin").contains("A: {version: 1}");
    assertThat(stand.file("serving.yaml")).isEqualTo("(absent)");
    assertThat(stand.sync.reconcile().state().text()).isEqualTo("synced");
  }

  @Test
  void aMissingEnvironmentIsOneProblem() {
    stand.people.commit(
        tree -> {
          var edits = new java.util.LinkedHashMap<String, java.util.Optional<byte[]>>();
          tree.under("environments/dev")
              .keySet()
              .forEach(path -> edits.put(path, java.util.Optional.empty()));
          return new dev.gori.git.CommitDraft(
              RolloutControllerRig.ANN, "Drop dev", Map.of(), edits);
        });
    assertThat(stand.sync.reconcile().problems())
        .contains("environments/dev: no files (expected: the environment's desired state)");
  }
}
