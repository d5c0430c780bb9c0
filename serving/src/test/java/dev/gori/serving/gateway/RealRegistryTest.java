package dev.gori.serving.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gori.base.observe.SelfMetrics;
import dev.gori.clients.Mlflow.Because;
import dev.gori.clients.MlflowAccess;
import dev.gori.clients.MlflowClient;
import dev.gori.http.HttpServer;
import dev.gori.kernel.id.EnvironmentName;
import dev.gori.kernel.life.Closer;
import dev.gori.kernel.time.WallTime;
import dev.gori.objectstore.ObjectStore;
import dev.gori.objectstore.ObjectStoreSettings;
import dev.gori.registry.Registry;
import dev.gori.registry.RegistrySettings;
import dev.gori.testkit.NoLeaks;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/// The gateway against the registry and the store that stand behind it in an environment: they meet
/// over HTTP, as everywhere.
@ExtendWith(NoLeaks.class)
final class RealRegistryTest {

  @Test
  void servesWhatTheAliasPointsTo(@TempDir Path folder) throws Exception {
    try (var closer = new Closer()) {
      var log = LoggerFactory.getLogger("gateway-test");
      var time = closer.add("time", new WallTime());
      var store =
          closer.add(
              "store",
              ObjectStore.open(
                  ObjectStoreSettings.DEFAULTS,
                  new EnvironmentName("dev"),
                  "127.0.0.1",
                  0,
                  Files.createDirectories(folder.resolve("store")),
                  time,
                  log));
      var registry =
          closer.add(
              "registry",
              Registry.open(
                  RegistrySettings.DEFAULTS,
                  new Registry.ArtifactPlace(store.access(), "artifacts-dev"),
                  time,
                  Files.createDirectories(folder.resolve("registry")),
                  log,
                  new SelfMetrics()));
      var server =
          closer.add(
              "server",
              HttpServer.open("127.0.0.1", 0, HttpServer.Limits.guardedBy(GatewayRig.TOKEN)));
      server.mount(registry.mounts());
      var uri = server.uri().resolve("/mlflow");
      var client =
          closer.add(
              "client",
              MlflowClient.open(
                  MlflowAccess.of(uri, Optional.of(GatewayRig.TOKEN)), Duration.ofSeconds(30)));
      var rig =
          closer.add(
              "gateway", new GatewayRig(GatewaySettings.DEFAULTS, uri, folder.resolve("gateway")));

      assertThat(rig.reload("A", "").status()).as("nothing is registered").isEqualTo(409);
      var run = client.createRun(client.experimentId("loop"), "train", time.now(), Map.of());
      client.uploadArtifact(
          run.id(),
          "model/MLmodel",
          "flavors: {onnx: {data: model.onnx}}".getBytes(StandardCharsets.UTF_8));
      client.uploadArtifact(run.id(), "model/model.onnx", GatewayRig.TREES);
      client.ensureModel("user_events", "");
      var version =
          client.createModelVersion(
              "user_events", run.artifactUri() + "/model", run.id(), Map.of("commit", "abc"));
      client.setAlias("user_events", "champion", version.version(), new Because("test", "first"));

      assertThat(rig.reload("A", "").status()).isEqualTo(200);
      var answer = rig.predict(GatewayRig.ROW);
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.header("X-Model-Run-Id")).contains(run.id());
      assertThat(
              GatewayRig.json(rig.get("/models"))
                  .path("variants")
                  .path(0)
                  .path("commit")
                  .asString(""))
          .isEqualTo("abc");
      assertThat(rig.reload("A", "{\"version\": 9}").status()).isEqualTo(409);
    }
  }
}
