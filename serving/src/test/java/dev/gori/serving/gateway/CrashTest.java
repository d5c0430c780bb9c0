package dev.gori.serving.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.gori.http.ClientResponse;
import dev.gori.kernel.disk.Disk;
import dev.gori.kernel.fault.FaultException;
import dev.gori.testkit.FaultyDisk;
import dev.gori.testkit.NoLeaks;
import dev.gori.training.DrillModels;
import dev.gori.training.Signature;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(NoLeaks.class)
final class CrashTest {

  private static final URI NOWHERE = URI.create("http://127.0.0.1:9");

  @TempDir private Path folder;

  /// The power goes at every write of a second reload in turn; the registry is gone afterwards.
  @Test
  void aPowerCutInAReloadComesBackWithOneVersionOrTheOther() throws Exception {
    try (var registry =
        new FakeMlflow().version(1, GatewayRig.LINEAR).version(2, GatewayRig.TREES)) {
      for (int writes = 0; writes < 8; writes++) {
        var disk = new FaultyDisk(new Random(writes));
        int acknowledged = 1;
        try (var rig = new GatewayRig(GatewaySettings.DEFAULTS, registry.uri(), folder, disk)) {
          assertThat(rig.reload("A", "{\"version\": 1}").status()).isEqualTo(200);
          disk.powerCutAfterWrites(writes);
          acknowledged = rig.reload("A", "{\"version\": 2}").status() == 200 ? 2 : 1;
          assertThat(rig.predict(GatewayRig.ROW).header("X-Model-Version"))
              .contains(Integer.toString(acknowledged));
        }
        try (var rig =
            new GatewayRig(GatewaySettings.DEFAULTS, NOWHERE, folder, disk.afterReboot())) {
          assertThat(rig.get("/ready").status())
              .as("cut after %d writes: %s", writes, rig.get("/ready").text())
              .isEqualTo(200);
          int version =
              Integer.parseInt(rig.predict(GatewayRig.ROW).header("X-Model-Version").orElse("0"));
          assertThat(version)
              .as("cut after %d writes", writes)
              .isGreaterThanOrEqualTo(acknowledged);
        }
      }
    }
  }

  /// A damaged file must not be taken for a gateway that never served.
  @ParameterizedTest
  @ValueSource(strings = {"", "{", "{}", "[]", "{\"variants\": {\"A\": {}}}"})
  void aDamagedStateIsRefusedWithWhatToDo(String content) throws Exception {
    var state = folder.resolve("state.json");
    Files.writeString(state, content);
    assertThatThrownBy(() -> new StateFile(Disk.local(), state).read())
        .isInstanceOf(FaultException.class)
        .hasMessageContainingAll(state.toString(), "expected: ", "restore the file");
  }

  @Test
  void aFullDiskLeavesTheVariantAsItIs() throws Exception {
    try (var registry =
        new FakeMlflow().version(1, GatewayRig.LINEAR).version(2, GatewayRig.TREES)) {
      var disk = new FaultyDisk(new Random(1));
      try (var rig = new GatewayRig(GatewaySettings.DEFAULTS, registry.uri(), folder, disk)) {
        rig.reload("A", "{\"version\": 1}");
        disk.room(100);
        var answer = rig.reload("A", "{\"version\": 2}");
        assertThat(answer.status()).isEqualTo(507);
        assertThat(GatewayRig.message(answer))
            .startsWith("the gateway's own disk failed; variant A is left as it is");
        assertThat(rig.predict(GatewayRig.ROW).header("X-Model-Version")).contains("1");
      }
    }
  }

  @Test
  void aSavedTrafficThatDoesNotFitNamesTheFile() throws Exception {
    var state = folder.resolve("state.json");
    Files.writeString(state, "{\"variants\": {}, \"traffic\": {\"mode\": \"sometimes\"}}");
    assertThatThrownBy(() -> new GatewayRig(GatewaySettings.DEFAULTS, NOWHERE, folder))
        .hasMessageStartingWith(state + ": traffic.mode: 'sometimes' (expected: single,")
        .hasMessageEndingWith("delivery then sets what Git declares");
  }

  @Test
  void aModelThatTheGatewayDoesNotServeAnyMoreIsNotRestored() throws Exception {
    Files.writeString(
        folder.resolve("state.json"),
        "{\"variants\": {\"A\": {\"model\": \"byo\", \"version\": 3}}}");
    try (var rig = new GatewayRig(GatewaySettings.DEFAULTS, NOWHERE, folder)) {
      assertThat(rig.get("/ready").status()).isEqualTo(503);
      assertThat(rig.get("/ready").text())
          .contains(
              "byo version 3 served before the restart, and this gateway serves user_events now");
    }
  }

  @Test
  void aStopFinishesWhatIsInFlight() throws Exception {
    var slow =
        DrillModels.slow(
            new Signature(List.of("event_value", "amount", "session")), Duration.ofMillis(400));
    try (var registry = new FakeMlflow().version(1, slow);
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var rig = new GatewayRig(GatewaySettings.DEFAULTS, registry.uri(), folder);
      rig.reload("A", "{\"version\": 1}");
      var answer = threads.submit(() -> rig.predict(GatewayRig.ROW));
      await().until(() -> rig.metric("http_requests_in_flight") > 1);
      rig.stop();
      assertThat(answer.get()).extracting(ClientResponse::status).isEqualTo(200);
      rig.close();
    }
  }
}
