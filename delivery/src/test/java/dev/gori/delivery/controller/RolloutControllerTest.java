package dev.gori.delivery.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gori.delivery.record.RolloutFact;
import dev.gori.delivery.record.RolloutRecord;
import dev.gori.delivery.record.Stage;
import dev.gori.delivery.rollout.Measurement;
import dev.gori.testkit.NoLeaks;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(NoLeaks.class)
final class RolloutControllerTest {

  @TempDir Path folder;

  private RolloutControllerRig stand;

  @BeforeEach
  void open() throws Exception {
    stand = new RolloutControllerRig(folder);
  }

  @AfterEach
  void close() {
    stand.close();
  }

  private RolloutRecord rollout(String id) {
    return stand.records.rollout(id).orElseThrow();
  }

  private String state(String id) {
    return rollout(id).state().phase().text();
  }

  @Test
  void aGoodVersionGoesLiveAndIsPinnedInGit() {
    var id = stand.live(1);
    assertThat(stand.gateway.serves).containsEntry("A", 1);
    assertThat(stand.registry.aliases).containsEntry("champion", 1);
    assertThat(stand.file("serving.yaml"))
        .isEqualTo(
            "# what answers\nmodel: m\nvariants:\n  A: {version: 1}\ntraffic: {mode: single, primary: A}\n");
    assertThat(rollout(id).stages())
        .extracting(Stage::name, stage -> stage.state().text())
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("deploy", "succeeded"),
            org.assertj.core.groups.Tuple.tuple("smoke", "succeeded"),
            org.assertj.core.groups.Tuple.tuple("commit", "succeeded"),
            org.assertj.core.groups.Tuple.tuple("reload", "succeeded"),
            org.assertj.core.groups.Tuple.tuple("observe", "succeeded"),
            org.assertj.core.groups.Tuple.tuple("rollback", "skipped"));
    assertThat(stand.rollouts.lastGood("A")).hasValue(1);
    assertThat(stand.people.commit(stand.people.head().orElseThrow()).trailers())
        .containsEntry("Gori-Rollout", id)
        .containsEntry("Gori-Pipeline-Run", "run-7")
        .containsEntry("Gori-Feature-Version", "v_1");
  }

  @Test
  void aSlowVersionGoesBackTrafficFirstThenAliasThenGitThenTheAlert() {
    stand.live(1);
    var before = stand.file("serving.yaml");
    stand.readings.put("p95", Measurement.of(2.5));
    var id = stand.rollouts.start(stand.request(2)).id();
    stand.forward(11);

    assertThat(state(id)).isEqualTo("rolled_back");
    assertThat(stand.gateway.serves).containsEntry("A", 1);
    assertThat(stand.registry.aliases).containsEntry("champion", 1);
    assertThat(stand.file("serving.yaml")).isEqualTo(before);
    assertThat(Long.parseLong(rollout(id).facts().get(RolloutFact.TRAFFIC_BACK_MS)))
        .isLessThan(1_000);
    var revert = stand.people.commit(stand.people.head().orElseThrow());
    assertThat(revert.message())
        .contains(
            "Roll back m version 2 to version 1",
            "slow (p95 2.5, over 0.8)",
            "p95[10s]",
            "This reverts commit");
    assertThat(stand.heard)
        .isNotEmpty()
        .allSatisfy(
            alert ->
                assertThat(alert.labels())
                    .containsEntry("alertname", "RolloutRolledBack")
                    .containsEntry("namespace", "serving-dev")
                    .containsEntry("version", "2"));
    assertThat(stand.heard.getLast().ends()).isEmpty();
    stand.forward(60);
    stand.alerts();
    assertThat(stand.heard.getLast().ends()).isPresent();
    assertThat(stand.heard.getLast().annotations())
        .containsEntry("revert_commit", revert.id().value());
    int count = stand.heard.size();
    stand.alerts();
    assertThat(stand.heard).as("its end was heard, nothing is sent again").hasSize(count);
  }

  @Test
  void aVersionThatWasTakenBackIsRefusedUntilAPersonLiftsTheBlock() {
    stand.live(1);
    stand.readings.put("up", Measurement.of(0));
    stand.rollouts.start(stand.request(2));
    stand.forward(20);
    var again =
        new dev.gori.delivery.record.RolloutRequest(
            "m", 2, "A", "", "", "", "", false, "another key");
    assertThatThrownBy(() -> stand.rollouts.start(again))
        .hasMessageContaining("was rolled back by");
    stand.records.unblock("m", 2);
    stand.readings.put("up", Measurement.of(1));
    assertThat(stand.rollouts.start(again).state().phase().text()).isEqualTo("planned");
  }

  @Test
  void whatFailsBeforeTheShiftNeverServes() {
    stand.live(1);
    stand.gateway.refuses = java.util.Optional.of(2);
    var corrupt = stand.rollouts.start(stand.request(2)).id();
    stand.gateway.failsPredictions = java.util.Optional.of(3);
    stand.forward(1);
    var failing = stand.rollouts.start(stand.request(3)).id();
    var pending = stand.rollouts.start(stand.request(66)).id();
    stand.forward(1);
    assertThat(rollout(corrupt).state().cause()).isEqualTo("deploy: corrupt ONNX file");
    assertThat(rollout(failing).state().cause()).isEqualTo("smoke: the model failed");
    assertThat(rollout(pending).state().cause()).contains("PENDING", "expected: READY");
    assertThat(stand.gateway.serves).containsEntry("A", 1).containsEntry("B", 1);
    assertThat(stand.file("serving.yaml")).contains("A: {version: 1}");
  }

  @Test
  void missingDataHoldsAndRaisesOneCriticalAlertUntilDataIsBack() {
    stand.live(1);
    stand.readings.clear();
    var id = stand.rollouts.start(stand.request(2)).id();
    stand.forward(120);
    assertThat(state(id)).isEqualTo("observing");
    assertThat(rollout(id).state().isHolding()).isTrue();
    assertThat(stand.gateway.serves).containsEntry("A", 2);
    assertThat(stand.heard)
        .hasSize(1)
        .allSatisfy(
            alert ->
                assertThat(alert.labels())
                    .containsEntry("alertname", "RolloutHolding")
                    .containsEntry("severity", "critical"));
    stand.readings.put("up", Measurement.of(1));
    stand.readings.put("p95", Measurement.of(0.1));
    stand.readings.put("requests", Measurement.of(0));
    stand.readings.put("failures", Measurement.of(0));
    stand.forward(10);
    assertThat(stand.heard.getLast().ends()).isPresent();
    assertThat(state(id))
        .as("the window was extended by the time without data")
        .isEqualTo("observing");
    stand.forward(60);
    assertThat(state(id)).isEqualTo("succeeded");
  }

  @Test
  void aVersionThatFailsItsFewUsersGoesBackHoweverRarelyTheyAsk() {
    stand.live(1);
    stand.readings.put("requests", Measurement.of(7));
    stand.readings.put("failures", Measurement.of(7));
    var id = stand.rollouts.start(stand.request(2)).id();
    stand.forward(11);
    assertThat(state(id)).isEqualTo("rolled_back");
    assertThat(rollout(id).state().cause())
        .isEqualTo("errors (error_ratio 1 (7 of 7), significantly over 0.02)");
  }

  @Test
  void oneFailureAmongFewRequestsHoldsAndSaysHowManyMoreAreNeeded() {
    stand.live(1);
    stand.readings.put("requests", Measurement.of(10));
    stand.readings.put("failures", Measurement.of(1));
    var id = stand.rollouts.start(stand.request(2)).id();
    stand.forward(60);
    assertThat(state(id)).isEqualTo("observing");
    assertThat(rollout(id).state().isHolding()).isTrue();
    assertThat(rollout(id).stages())
        .filteredOn(stage -> stage.name().equals("observe"))
        .singleElement()
        .satisfies(
            stage ->
                assertThat(stage.detail())
                    .contains("0.1 (1 of 10) is over 0.02", "40 more without a failure clear it"));
    assertThat(stand.gateway.serves).containsEntry("A", 2);
    stand.readings.put("requests", Measurement.of(50));
    stand.forward(60);
    assertThat(state(id)).isEqualTo("succeeded");
  }

  @Test
  void aVersionOfAModelThatTheGatewayDoesNotServeIsRefusedByTheGateway() {
    stand.live(1);
    var other =
        new dev.gori.delivery.record.RolloutRequest("byo", 1, "A", "", "", "", "", false, "byo");
    assertThat(stand.rollouts.lastGood("A", "m")).hasValue(1);
    assertThat(stand.rollouts.lastGood("A", "byo")).as("another model's version").isEmpty();
    var id = stand.rollouts.start(other).id();
    stand.forward(1);
    assertThat(state(id)).isEqualTo("failed");
    assertThat(rollout(id).state().cause()).isEqualTo("deploy: this gateway serves m alone");
  }

  @Test
  void aHoldEndsWithAPersonsDecision() {
    stand.live(1);
    stand.readings.clear();
    var id = stand.rollouts.start(stand.request(2)).id();
    stand.forward(900);
    assertThat(state(id)).isEqualTo("held");
    stand.rollouts.requestRollback(id, "Ann: no evidence");
    stand.forward(1);
    assertThat(state(id)).isEqualTo("rolled_back");
    assertThat(stand.gateway.serves).containsEntry("A", 1);
  }

  @Test
  void theSameKeyIsTheSameRolloutAndOthersWaitForTheirTurn() {
    stand.live(1);
    var two = stand.rollouts.start(stand.request(2));
    assertThat(stand.rollouts.start(stand.request(2)).id()).isEqualTo(two.id());
    var three = stand.rollouts.start(stand.request(3));
    stand.forward(10);
    assertThat(state(two.id())).isEqualTo("observing");
    assertThat(state(three.id())).isEqualTo("planned");
    stand.forward(120);
    assertThat(state(three.id())).isEqualTo("succeeded");
    assertThat(rollout(three.id()).previous()).hasValue(2);
    assertThatThrownBy(
            () ->
                stand.rollouts.start(
                    new dev.gori.delivery.record.RolloutRequest(
                        "m", 9, "A", "", "", "", "", false, "key-3")))
        .hasMessageContaining("key 'key-3' belongs to rollout");
  }

  @Test
  void gitAwayOnTheWayBackIsWaitedForWhileTrafficIsBackAlready() throws Exception {
    stand.behindARemote();
    stand.live(1);
    stand.readings.put("p95", Measurement.of(3));
    var id = stand.rollouts.start(stand.request(2)).id();
    stand.forward(5);
    stand.remoteIsAway(true);
    stand.forward(30);
    assertThat(state(id)).isEqualTo("rolling_back");
    assertThat(stand.gateway.serves).containsEntry("A", 1);
    assertThat(stand.registry.aliases).containsEntry("champion", 1);
    assertThat(stand.heard.getLast().annotations().get("revert_commit")).startsWith("waits: ");
    stand.restart();
    stand.forward(10);
    stand.remoteIsAway(false);
    stand.forward(10);
    assertThat(state(id)).isEqualTo("rolled_back");
    assertThat(stand.file("serving.yaml")).contains("A: {version: 1}");
  }

  @Test
  void whereThePinWasChangedSinceOnlyTheVersionGoesBackIfItStillStandsThere() {
    stand.live(1);
    stand.readings.put("p95", Measurement.of(3));
    var id = stand.rollouts.start(stand.request(2)).id();
    stand.forward(5);
    stand.push(
        "Comment",
        Map.of(
            "environments/dev/serving.yaml",
            "model: m\nvariants:\n  A: {version: 2}   # Ann was here\ntraffic: {mode: single, primary: A}\n"));
    stand.forward(30);
    assertThat(state(id)).isEqualTo("rolled_back");
    assertThat(stand.file("serving.yaml")).contains("A: {version: 1}  # Ann was here");
    assertThat(rollout(id).facts().get(RolloutFact.ROLLBACK_DETAIL)).contains("changed since");
  }
}
