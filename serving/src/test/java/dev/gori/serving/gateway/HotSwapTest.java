package dev.gori.serving.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.gori.http.ClientResponse;
import dev.gori.kernel.life.OpenResources;
import dev.gori.testkit.NoLeaks;
import dev.gori.training.DrillModels;
import dev.gori.training.Signature;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(NoLeaks.class)
final class HotSwapTest {

  private static final String ROWS =
      "{\"data\": [[0.5, -1.5, 2], [-3, 3, 1], [0.1, 0.2, 4], [2, -2, 0]]}";
  private static final URI NOWHERE = URI.create("http://127.0.0.1:9");

  @TempDir private Path folder;

  @Test
  void twentySwapsUnderLoadLoseNothingAndMixNothing() throws Exception {
    try (var registry =
            new FakeMlflow().version(1, GatewayRig.LINEAR).version(2, GatewayRig.TREES);
        var rig = new GatewayRig(GatewaySettings.DEFAULTS, registry.uri(), folder)) {
      var expected = new ConcurrentHashMap<String, String>();
      for (int version = 1; version <= 2; version++) {
        rig.reload("A", "{\"version\": %d}".formatted(version));
        expected.put(Integer.toString(version), data(rig.predict(ROWS)));
      }
      assertThat(expected.get("1")).isNotEqualTo(expected.get("2"));

      var stop = new AtomicBoolean();
      var wrong = new ConcurrentHashMap<String, String>();
      var answered = new AtomicInteger();
      try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
        var clients = new ArrayList<Future<?>>();
        for (int i = 0; i < 6; i++) {
          clients.add(
              threads.submit(
                  () -> {
                    while (!stop.get()) {
                      check(rig.predict(ROWS), expected, wrong);
                      answered.incrementAndGet();
                    }
                  }));
        }
        for (int swap = 0; swap < 20 || answered.get() <= 100 && swap < 1000; swap++) {
          assertThat(rig.reload("A", "{\"version\": %d}".formatted(1 + swap % 2)).status())
              .isEqualTo(200);
        }
        stop.set(true);
        for (var client : clients) {
          client.get();
        }
      }
      assertThat(wrong).isEmpty();
      assertThat(answered).hasValueGreaterThan(100);
      await()
          .atMost(Duration.ofSeconds(5))
          .untilAsserted(
              () ->
                  assertThat(OpenResources.names().stream().filter("model"::equals))
                      .as("models in memory")
                      .hasSize(1));
    }
  }

  private static void check(
      ClientResponse answer, Map<String, String> expected, Map<String, String> wrong) {
    var version = answer.header("X-Model-Version").orElse("none");
    if (answer.status() != 200 || !data(answer).equals(expected.get(version))) {
      wrong.put(answer.status() + " version " + version, answer.text());
    }
  }

  private static String data(ClientResponse answer) {
    var json = GatewayRig.json(answer);
    return json.path("predictions") + " " + json.path("probabilities");
  }

  @Test
  void comesBackWithWhatItServedWithoutTheRegistry() throws Exception {
    try (var registry =
            new FakeMlflow().version(1, GatewayRig.LINEAR).version(2, GatewayRig.TREES);
        var rig = new GatewayRig(GatewaySettings.DEFAULTS, registry.uri(), folder)) {
      rig.reload("A", "{\"version\": 1, \"commit\": \"c1\"}");
      rig.reload("A", "{\"version\": 2, \"commit\": \"c2\"}");
      rig.reload("B", "{\"version\": 1}");
      assertThat(rig.traffic("{\"mode\": \"split\", \"weights\": {\"A\": 90, \"B\": 10}}").status())
          .isEqualTo(200);
    }
    try (var rig = new GatewayRig(GatewaySettings.DEFAULTS, NOWHERE, folder)) {
      assertThat(rig.get("/ready").status()).isEqualTo(200);
      assertThat(rig.post("/variant/A/predict", ROWS, Map.of()).header("X-Model-Version"))
          .contains("2");
      assertThat(GatewayRig.json(rig.get("/traffic")).toString())
          .isEqualTo("{\"mode\":\"split\",\"weights\":{\"A\":90,\"B\":10}}");
      assertThat(
              GatewayRig.json(rig.get("/models"))
                  .path("variants")
                  .path(0)
                  .path("commit")
                  .asString(""))
          .isEqualTo("c2");
      assertThat(rig.reload("A", "{\"version\": 1}").status())
          .as("a rollback without registry and store")
          .isEqualTo(200);
      assertThat(rig.reload("A", "{\"version\": 9}").status()).isEqualTo(503);
      assertThat(rig.reload("A", "").status()).isEqualTo(503);
      assertThat(rig.post("/variant/A/predict", ROWS, Map.of()).header("X-Model-Version"))
          .contains("1");
    }
  }

  @Test
  void aDamagedFileIsFetchedAgainAndNeverServed() throws Exception {
    try (var registry = new FakeMlflow().version(1, GatewayRig.LINEAR)) {
      try (var rig = new GatewayRig(GatewaySettings.DEFAULTS, registry.uri(), folder)) {
        rig.reload("A", "{\"version\": 1}");
      }
      var file = folder.resolve("models/user_events/1/model.onnx");
      var bytes = Files.readAllBytes(file);
      bytes[bytes.length / 2] ^= 1;
      Files.write(file, bytes);
      try (var rig = new GatewayRig(GatewaySettings.DEFAULTS, NOWHERE, folder)) {
        assertThat(GatewayRig.message(rig.get("/ready")))
            .contains("version 1 served before the restart and cannot be loaded");
      }
      try (var rig = new GatewayRig(GatewaySettings.DEFAULTS, registry.uri(), folder)) {
        assertThat(rig.get("/ready").status()).isEqualTo(200);
      }
    }
  }

  @Test
  void theShadowComparesAndDropsWhatDoesNotFit() throws Exception {
    var signature = new Signature(List.of("event_value", "amount", "session"));
    try (var registry =
            new FakeMlflow()
                .version(1, GatewayRig.LINEAR)
                .version(2, GatewayRig.LINEAR)
                .version(3, DrillModels.failing(signature, 1))
                .version(4, DrillModels.slow(signature, Duration.ofMillis(200)));
        var rig =
            new GatewayRig(
                GatewaySettings.DEFAULTS.withQueue(64, 1024, Duration.ofSeconds(10), 2),
                registry.uri(),
                folder)) {
      rig.reload("A", "{\"version\": 1}");
      rig.reload("B", "{\"version\": 2}");
      rig.traffic("{\"mode\": \"shadow\", \"primary\": \"A\", \"shadow\": \"B\"}");
      rig.predict(ROWS);
      await()
          .untilAsserted(
              () ->
                  assertThat(rig.metric("shadow_comparisons_total{outcome=\"equal\"}"))
                      .isEqualTo(1));
      rig.reload("B", "{\"version\": 3}");
      rig.predict(ROWS);
      await()
          .untilAsserted(
              () ->
                  assertThat(rig.metric("shadow_comparisons_total{outcome=\"error\"}"))
                      .isEqualTo(1));
      rig.reload("B", "{\"version\": 4}");
      for (int i = 0; i < 10; i++) {
        assertThat(rig.predict(ROWS).status()).isEqualTo(200);
      }
      assertThat(rig.metric("shadow_comparisons_total{outcome=\"dropped\"}")).isGreaterThan(4);
    }
  }

  @Test
  void aFullQueueIsSaidSo() throws Exception {
    var signature = new Signature(List.of("event_value", "amount", "session"));
    try (var registry =
            new FakeMlflow().version(1, DrillModels.slow(signature, Duration.ofMillis(300)));
        var rig =
            new GatewayRig(
                GatewaySettings.DEFAULTS.withQueue(1, 1, Duration.ofSeconds(10), 2),
                registry.uri(),
                folder);
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      rig.reload("A", "{\"version\": 1}");
      var answers = new ArrayList<Future<ClientResponse>>();
      for (int i = 0; i < 6; i++) {
        answers.add(threads.submit(() -> rig.predict(ROWS)));
      }
      int ok = 0;
      int busy = 0;
      for (var future : answers) {
        var answer = future.get();
        ok += answer.status() == 200 ? 1 : 0;
        if (answer.status() == 429) {
          busy++;
          assertThat(answer.header("Retry-After")).contains("1");
          assertThat(GatewayRig.message(answer))
              .isEqualTo(
                  "variant A is at its limit: 1 predictions run and 1 wait; try again after the time in Retry-After");
        }
      }
      assertThat(ok + busy).isEqualTo(6);
      assertThat(ok).isGreaterThanOrEqualTo(2);
      assertThat(busy).isPositive();
      assertThat(rig.get("/health").status()).isEqualTo(200);
    }
  }
}
