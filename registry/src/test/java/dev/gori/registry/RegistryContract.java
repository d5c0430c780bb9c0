package dev.gori.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gori.clients.Mlflow.Because;
import dev.gori.clients.Mlflow.Metric;
import dev.gori.clients.Mlflow.ModelStatus;
import dev.gori.clients.Mlflow.Run;
import dev.gori.clients.Mlflow.RunStatus;
import dev.gori.clients.MlflowClient;
import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import dev.gori.kernel.time.WallTime;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What our client promises of every tracking server: ours on each database, and a real MLflow.
/// Tests share one server, so each makes its own experiment and models.
abstract class RegistryContract {

  private static final AtomicInteger COUNT = new AtomicInteger();
  private static final Instant START = Instant.now().truncatedTo(ChronoUnit.MILLIS);

  private final String unique = "contract_" + COUNT.incrementAndGet();
  private MlflowClient client;

  abstract MlflowClient client();

  @BeforeEach
  void open() {
    client = client();
  }

  private Run run() {
    return client.createRun(client.experimentId(unique), "first", START, Map.of("commit", "abc"));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static void fails(Fault fault, Runnable call) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(FaultException.class, e -> assertThat(e.fault()).isEqualTo(fault));
  }

  @Test
  void anExperimentIsMadeOnceAndFoundByName() {
    assertThat(client.experimentByName(unique)).isEmpty();
    var id = client.experimentId(unique);
    assertThat(client.experimentId(unique)).isEqualTo(id);
    assertThat(client.experimentByName(unique).orElseThrow().id()).isEqualTo(id);
    fails(Fault.CONFLICT, () -> client.createExperiment(unique));
  }

  @Test
  void aRunKeepsWhatWasLogged() {
    var run = run();
    var params = new HashMap<String, String>();
    var tags = new HashMap<String, String>();
    IntStream.range(0, 150).forEach(i -> params.put("p" + i, "v" + i));
    IntStream.range(0, 120).forEach(i -> tags.put("t" + i, "한글 " + i));
    var metrics =
        IntStream.range(0, 1500)
            .mapToObj(i -> new Metric("m" + i % 3, i, START.plusMillis(i), i))
            .toList();
    client.logBatch(run.id(), params, metrics, tags);
    client.setTag(run.id(), "feature_version", "v_20261123T020000");
    client.updateRun(run.id(), RunStatus.FINISHED, Optional.of(START.plusSeconds(5)));

    var kept = client.run(run.id()).orElseThrow();
    assertThat(kept.params()).isEqualTo(params);
    assertThat(kept.metrics()).isEqualTo(Map.of("m0", 1497.0, "m1", 1498.0, "m2", 1499.0));
    assertThat(kept.tags())
        .containsAllEntriesOf(tags)
        .containsEntry("commit", "abc")
        .containsEntry("feature_version", "v_20261123T020000");
    assertThat(kept.status()).isEqualTo(RunStatus.FINISHED);
    assertThat(kept.started()).isEqualTo(START);
    assertThat(kept.ended()).contains(START.plusSeconds(5));
    assertThat(kept.name()).isEqualTo("first");
  }

  @Test
  void aParameterIsNeverChanged() {
    var run = run();
    client.logBatch(run.id(), Map.of("depth", "6"), List.of(), Map.of());
    client.logBatch(run.id(), Map.of("depth", "6"), List.of(), Map.of());
    fails(
        Fault.BAD_REQUEST,
        () -> client.logBatch(run.id(), Map.of("depth", "7"), List.of(), Map.of()));
    assertThat(client.run(run.id()).orElseThrow().params()).isEqualTo(Map.of("depth", "6"));
  }

  @Test
  void notANumberIsKeptAsSuch() {
    var run = run();
    client.logBatch(run.id(), Map.of(), List.of(new Metric("nan", Double.NaN, START, 0)), Map.of());
    assertThat(client.run(run.id()).orElseThrow().metrics().get("nan")).isNaN();
  }

  @Test
  void runsAreSearchedInOrder() {
    var experiment = client.experimentId(unique);
    for (int i = 0; i < 5; i++) {
      var run =
          client.createRun(
              experiment,
              "run-" + i,
              START.plusSeconds(i),
              Map.of("side", i % 2 == 0 ? "even" : "odd"));
      client.logBatch(
          run.id(),
          Map.of("depth", "" + i),
          List.of(new Metric("accuracy", i / 10.0, START, 0)),
          Map.of());
    }
    assertThat(
            client.searchRuns(
                List.of(experiment),
                "metrics.accuracy >= 0.2 AND tags.side = 'even'",
                List.of("metrics.accuracy DESC"),
                10))
        .extracting(Run::name)
        .containsExactly("run-4", "run-2");
  }

  @Test
  void aBadFilterIsSaid() {
    var experiment = client.experimentId(unique);
    fails(
        Fault.BAD_REQUEST,
        () -> client.searchRuns(List.of(experiment), "metrics.accuracy >", List.of(), 10));
  }

  @Test
  void artifactsComeBackAsTheyWerePut(@TempDir Path folder) throws Exception {
    var run = run();
    client.uploadArtifact(run.id(), "model/model.onnx", utf8("onnx"));
    client.uploadArtifact(
        run.id(), "model/deep/a b.txt", Files.writeString(folder.resolve("up"), "text"));
    assertThat(client.listArtifacts(run.id(), "model"))
        .extracting(artifact -> artifact.path() + " " + artifact.folder() + " " + artifact.size())
        .containsExactlyInAnyOrder("model/deep true 0", "model/model.onnx false 4");
    client.downloadArtifact(run.id(), "model/model.onnx", folder.resolve("one"));
    assertThat(folder.resolve("one")).hasContent("onnx");
    assertThat(client.downloadArtifacts(run.id(), "model", folder.resolve("all"))).isEqualTo(2);
    assertThat(folder.resolve("all/deep/a b.txt")).hasContent("text");
    fails(
        Fault.NOT_FOUND,
        () -> client.downloadArtifact(run.id(), "model/none", folder.resolve("none")));
  }

  @Test
  void aVersionIsRegisteredFoundAndDownloaded(@TempDir Path folder) {
    var run = run();
    client.uploadArtifact(run.id(), "model/model.onnx", utf8("onnx"));
    client.ensureModel(unique, "what it is");
    client.ensureModel(unique, "what it is");
    var made =
        client.createModelVersion(
            unique, run.artifactUri() + "/model", run.id(), Map.of("feature_version", "v_1"));
    try (var time = new WallTime()) {
      assertThat(client.waitReady(unique, made.version(), Duration.ofSeconds(20), time).status())
          .isEqualTo(ModelStatus.READY);
    }
    client.setModelVersionTag(unique, made.version(), "gate", "passed");
    var second =
        client.createModelVersion(unique, run.artifactUri() + "/model", run.id(), Map.of());

    assertThat(second.version()).isEqualTo(2);
    var kept = client.modelVersion(unique, 1).orElseThrow();
    assertThat(kept.runId()).isEqualTo(run.id());
    assertThat(kept.tags()).isEqualTo(Map.of("feature_version", "v_1", "gate", "passed"));
    assertThat(client.searchModelVersions("name = '%s'".formatted(unique), 10))
        .extracting(v -> v.version())
        .containsExactly(2, 1);
    assertThat(client.downloadModel(unique, 1, folder)).isEqualTo(1);
    assertThat(folder.resolve("model.onnx")).hasContent("onnx");
    assertThat(client.modelVersion(unique, 9)).isEmpty();
    assertThat(client.modelVersion("nobody", 1)).isEmpty();
  }

  @Test
  void aVersionThatIsNamedByItsRunIsDownloaded(@TempDir Path folder) {
    var run = run();
    client.uploadArtifact(run.id(), "deep/model/model.onnx", utf8("onnx"));
    client.ensureModel(unique, "");
    var made =
        client.createModelVersion(unique, "runs:/" + run.id() + "/deep/model", run.id(), Map.of());
    assertThat(made.status()).isEqualTo(ModelStatus.READY);
    assertThat(client.downloadModel(unique, 1, folder)).isEqualTo(1);
    assertThat(folder.resolve("model.onnx")).hasContent("onnx");
  }

  @Test
  void anAliasMovesAndGoes() {
    var run = run();
    client.uploadArtifact(run.id(), "model/model.onnx", utf8("onnx"));
    client.ensureModel(unique, "");
    client.createModelVersion(unique, run.artifactUri() + "/model", run.id(), Map.of());
    client.createModelVersion(unique, run.artifactUri() + "/model", run.id(), Map.of());
    var because = new Because("gori", "trained, gates passed: 한글");
    assertThat(client.modelVersionByAlias(unique, "champion")).isEmpty();
    client.setAlias(unique, "champion", 1, because);
    client.setAlias(unique, "champion", 2, because);
    assertThat(client.modelVersionByAlias(unique, "champion").orElseThrow().version()).isEqualTo(2);
    assertThat(client.model(unique).orElseThrow().aliases()).isEqualTo(Map.of("champion", 2));
    client.deleteAlias(unique, "champion", because);
    assertThat(client.modelVersionByAlias(unique, "champion")).isEmpty();
    checkHistory(client, unique, because);
  }

  /// Plain MLflow keeps no history of aliases.
  void checkHistory(MlflowClient asked, String model, Because because) {
    assertThat(asked.aliasHistory(model)).isEmpty();
  }

  @Test
  void aliasesOfWhatIsNotThereAreRefused() {
    client.ensureModel(unique, "");
    fails(Fault.NOT_FOUND, () -> client.setAlias(unique, "champion", 7, new Because("gori", "")));
  }
}
