package dev.gori.serving.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.gori.http.ClientResponse;
import dev.gori.testkit.NoLeaks;
import dev.gori.training.DrillModels;
import dev.gori.training.Signature;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// Models that do not return: version 2 for a row with a value over 1, version 3 for any.
@ExtendWith(NoLeaks.class)
@Timeout(60)
final class DeadlineTest {

  private static final Signature SIGNATURE =
      new Signature(List.of("event_value", "amount", "session"));
  private static final String STUCK = "{\"data\": [[2, 0, 0]]}";
  private static final String QUICK = "{\"data\": [[1, 0, 0]]}";

  private FakeMlflow registry;
  private GatewayRig rig;

  @BeforeEach
  void open(@TempDir Path folder) throws IOException {
    registry =
        new FakeMlflow()
            .version(1, GatewayRig.LINEAR)
            .version(2, DrillModels.endless(SIGNATURE, 1))
            .version(3, DrillModels.endless(SIGNATURE, -1));
    rig =
        new GatewayRig(
            GatewaySettings.DEFAULTS.withPredictionDeadline(Duration.ofMillis(900)),
            registry.uri(),
            folder);
    assertThat(rig.reload("A", "{\"version\": 1}").status()).isEqualTo(200);
  }

  @AfterEach
  void close() {
    rig.close();
    registry.close();
  }

  @Test
  void aRunThatDoesNotReturnIsEndedAndItsVariantGoesOn() throws Exception {
    assertThat(rig.reload("B", "{\"version\": 2}").status()).isEqualTo(200);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Callable<ClientResponse> stuck = () -> rig.post("/variant/B/predict", STUCK, Map.of());
      for (var answer : threads.invokeAll(List.of(stuck, stuck, stuck))) {
        assertThat(answer.get().status()).isEqualTo(504);
        assertThat(GatewayRig.message(answer.get()))
            .isEqualTo(
                "variant B, version 2: the model did not answer within 900 ms (gateway.prediction_deadline); its run was ended");
        assertThat(answer.get().header("X-Model-Version")).contains("2");
      }
      var waiting = threads.submit(stuck);
      for (int i = 0; i < 20; i++) {
        assertThat(rig.predict(GatewayRig.ROW).status()).as("the other variant").isEqualTo(200);
      }
      assertThat(waiting.get().status()).isEqualTo(504);
    }
    assertThat(rig.post("/variant/B/predict", QUICK, Map.of()).status()).isEqualTo(200);
    assertThat(rig.metric("model_deadline_exceeded_total{variant=\"B\",version=\"2\"}"))
        .isEqualTo(4);
    assertThat(
            GatewayRig.json(rig.get("/models")).path("variants").path(1).path("deadline_exceeded"))
        .hasToString("4");
    assertThat(
            rig.metric(
                "prediction_requests_total{origin=\"user\",outcome=\"server_error\",variant=\"B\",version=\"2\"}"))
        .isEqualTo(4);
    assertThat(rig.reload("B", "{\"version\": 1}").status()).isEqualTo(200);
  }

  @Test
  void aModelThatNeverReturnsIsRefusedWhenItIsLoaded() {
    var refused = rig.reload("B", "{\"version\": 3}");
    assertThat(refused.status()).isEqualTo(422);
    assertThat(GatewayRig.message(refused))
        .contains("the model loads but does not answer rows that fit its signature within 900 ms");
    assertThat(rig.reload("B", "{\"version\": 1}").status()).as("the next one").isEqualTo(200);
  }

  @Test
  void aShadowThatDoesNotReturnIsCountedAsAnError() {
    assertThat(rig.reload("B", "{\"version\": 2}").status()).isEqualTo(200);
    assertThat(
            rig.traffic("{\"mode\": \"shadow\", \"primary\": \"A\", \"shadow\": \"B\"}").status())
        .isEqualTo(200);
    assertThat(rig.predict(STUCK).status()).isEqualTo(200);
    await()
        .untilAsserted(
            () ->
                assertThat(rig.metric("shadow_comparisons_total{outcome=\"error\"}")).isEqualTo(1));
    assertThat(rig.predict(QUICK).status()).isEqualTo(200);
    await()
        .untilAsserted(
            () ->
                assertThat(
                        rig.metric("shadow_comparisons_total{outcome=\"equal\"}")
                            + rig.metric("shadow_comparisons_total{outcome=\"different\"}"))
                    .isEqualTo(1));
  }
}
