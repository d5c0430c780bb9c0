package dev.gori.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gori.app.drill.Drills;
import dev.gori.base.json.Json;
import dev.gori.http.HttpCalls;
import dev.gori.kernel.life.Closer;
import dev.gori.testkit.ExternalTools;
import dev.gori.testkit.NoLeaks;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// dev with a real MLflow server from PyPI in the place of its registry. Artifacts of the loop lie
/// in dev's store without a proxy, those of the drill behind the server's proxy. prod stays on the
/// embedded registry. The loop, the rollback and the checklist must not tell the difference.
@ExtendWith(NoLeaks.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class RealMlflowLoopTest {

  private static final String MODEL = "user_events";
  private static final String UNPROXIED = "s3://artifacts-dev/unproxied";

  @TempDir static Path folder;

  private static final Closer CLOSER = new Closer();
  private static PlatformRig rig;

  @BeforeAll
  static void start() throws IOException {
    var python = ExternalTools.python("mlflow", "flask", "boto3");
    var mlflow = URI.create("http://127.0.0.1:" + Server.freePort());
    rig =
        CLOSER.add(
            "platform",
            PlatformRig.start(
                folder, Map.of("dev", Map.of("registry", "{url: '%s'}".formatted(mlflow)))));
    CLOSER.add(
        "mlflow",
        Server.start(
            Files.createDirectories(folder.resolve("mlflow")),
            List.of(
                python.toString(),
                "-m",
                "mlflow",
                "server",
                "--host",
                "127.0.0.1",
                "--port",
                Integer.toString(mlflow.getPort()),
                "--workers",
                "1",
                "--backend-store-uri",
                "sqlite:///" + folder.resolve("mlflow/mlflow.db"),
                "--serve-artifacts",
                "--artifacts-destination",
                "s3://artifacts-dev/mlflow"),
            keysOfDev(),
            URI.create(mlflow + "/health")));
    try (var calls = HttpCalls.within(Duration.ofSeconds(30))) {
      var body = Json.write(Map.of("name", MODEL, "artifact_location", UNPROXIED));
      var answer =
          calls.post(
              URI.create(mlflow + "/api/2.0/mlflow/experiments/create"),
              "application/json",
              body,
              Map.of());
      assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    }
  }

  private static Map<String, String> keysOfDev() {
    try (var store = rig.dev().store()) {
      var access = store.access();
      return Map.of(
          "MLFLOW_S3_ENDPOINT_URL", access.endpoint().toString(),
          "AWS_ACCESS_KEY_ID", access.accessKey(),
          "AWS_SECRET_ACCESS_KEY", access.secretKey(),
          "AWS_DEFAULT_REGION", access.region());
    }
  }

  @AfterAll
  static void stop() {
    CLOSER.close();
  }

  @Test
  @Order(1)
  void theLoopRunsOnIt() throws IOException {
    rig.loopOnce();
  }

  @Test
  @Order(2)
  void whatTheLoopLeftIsThere() {
    try (var registry = rig.dev().registry()) {
      var version = registry.modelVersion(MODEL, 1).orElseThrow();
      assertThat(version.tags()).containsKeys("commit", "feature_version", "pipeline_run");
      assertThat(registry.modelVersionByAlias(MODEL, "champion"))
          .map(one -> one.version())
          .contains(1);
      assertThat(registry.run(version.runId()).orElseThrow().artifactUri()).startsWith(UNPROXIED);
      assertThat(registry.listArtifacts(version.runId(), "model"))
          .extracting(one -> one.path())
          .contains("model/model.onnx", "model/MLmodel");
    }
  }

  @Test
  @Order(3)
  void aBadModelGoesBackByItselfOnIt() throws IOException {
    var transcript = new ByteArrayOutputStream();
    var terminal = new Terminal(new PrintStream(transcript, true, StandardCharsets.UTF_8), false);

    boolean met = Drills.BAD_MODEL.run(rig.running(), "dev", rig.workspace(), terminal);

    assertThat(met).as(transcript.toString(StandardCharsets.UTF_8).replace("%", "%%")).isTrue();
    assertThat(PlatformRig.answering(rig.dev())).isEqualTo(1);
    assertThat(rig.declared(rig.dev(), "serving.yaml"))
        .contains("version: 1")
        .doesNotContain("version: 2");
    try (var registry = rig.dev().registry()) {
      assertThat(registry.modelVersionByAlias(MODEL, "champion"))
          .map(one -> one.version())
          .contains(1);
      var bad = registry.modelVersion(MODEL, 2).orElseThrow();
      assertThat(registry.run(bad.runId()).orElseThrow().artifactUri())
          .startsWith("mlflow-artifacts:");
    }
    assertThat(rig.dev().delivery().lineage("version", "2")).isPresent();
  }

  @Test
  @Order(4)
  void theChecklistPassesOnIt() throws IOException {
    rig.expectChecklistPasses();
  }
}
