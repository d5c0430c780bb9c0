package dev.gori.pipelines;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gori.base.json.Json;
import dev.gori.base.observe.SelfMetrics;
import dev.gori.clients.MlflowAccess;
import dev.gori.clients.MlflowClient;
import dev.gori.clients.PipelinesClient;
import dev.gori.clients.PipelinesClient.RunInfo;
import dev.gori.clients.PipelinesClient.Trigger;
import dev.gori.clients.s3.ObjectPath;
import dev.gori.clients.s3.ObjectStoreClient;
import dev.gori.http.ErrorFormat;
import dev.gori.http.HttpServer;
import dev.gori.http.Mount;
import dev.gori.http.Request;
import dev.gori.http.Response;
import dev.gori.http.Routes;
import dev.gori.kernel.id.EnvironmentName;
import dev.gori.kernel.life.Closer;
import dev.gori.kernel.time.WallTime;
import dev.gori.objectstore.ObjectStore;
import dev.gori.objectstore.ObjectStoreSettings;
import dev.gori.pipelines.features.SampleDay;
import dev.gori.pipelines.tasks.Access;
import dev.gori.registry.Registry;
import dev.gori.registry.RegistrySettings;
import dev.gori.testkit.NoLeaks;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/// The workspace's own loop pipeline against a real store and registry; only delivery is a fake
/// that says what it is told to.
@ExtendWith(NoLeaks.class)
final class LoopTest {

  private static final Instant NIGHT = Instant.parse("2026-11-22T17:00:00Z");

  @TempDir Path folder;

  private final Closer closer = new Closer();
  private final FakeDelivery delivery = new FakeDelivery();
  private ObjectStoreClient objects;
  private MlflowClient registry;
  private PipelinesClient client;
  private Pipelines role;

  /// Answers the rollout calls; `observe` fails when told to.
  private static final class FakeDelivery {
    private final List<String> asked = new ArrayList<>();
    private volatile boolean observationFails;

    Routes routes() {
      return new Routes(ErrorFormat.GORI)
          .guarded(
              "POST",
              "/api/v1/rollouts",
              request -> {
                asked.add(Json.parse(request.body()).path("key").asString(""));
                return show(request);
              })
          .get("/api/v1/rollouts/{id}", this::show);
    }

    private Response show(Request request) {
      var stages = new ArrayList<Object>();
      for (var name : List.of("deploy", "smoke", "commit", "reload")) {
        stages.add(Map.of("name", name, "state", "succeeded", "detail", ""));
      }
      stages.add(
          Map.of(
              "name",
              "observe",
              "state",
              observationFails ? "failed" : "succeeded",
              "detail",
              "p95 1.2 s"));
      stages.add(
          Map.of(
              "name",
              "rollback",
              "state",
              observationFails ? "succeeded" : "skipped",
              "detail",
              ""));
      return Response.json(
          Json.object(
              "id",
              "r1",
              "model",
              "user_events",
              "version",
              1,
              "state",
              observationFails ? "rolled_back" : "succeeded",
              "stages",
              stages));
    }
  }

  @BeforeEach
  void start() throws Exception {
    var log = LoggerFactory.getLogger("test");
    var dev = new EnvironmentName("dev");
    var time = closer.add("time", new WallTime());
    var store =
        closer.add(
            "store",
            ObjectStore.open(
                ObjectStoreSettings.DEFAULTS,
                dev,
                "127.0.0.1",
                0,
                folder.resolve("store"),
                time,
                log));
    var server =
        closer.add(
            "server", HttpServer.open("127.0.0.1", 0, HttpServer.Limits.guardedBy("secret")));
    var mlflow =
        closer.add(
            "registry",
            Registry.open(
                RegistrySettings.DEFAULTS,
                new Registry.ArtifactPlace(store.access(), "artifacts-dev"),
                time,
                Files.createDirectories(folder.resolve("registry")),
                log,
                new SelfMetrics()));
    mlflow.start();
    var access =
        new Access(
            dev,
            store.access(),
            MlflowAccess.of(server.uri().resolve("/mlflow"), Optional.of("secret")),
            server.uri(),
            Optional.of("secret"));
    role =
        closer.add(
            "pipelines",
            Pipelines.open(
                PipelinesSettings.DEFAULTS,
                access,
                PipelinesTest.SEOUL,
                time,
                folder.resolve("pipelines"),
                log,
                new SelfMetrics()));
    var mounts = new ArrayList<Mount>(mlflow.mounts());
    mounts.addAll(role.mounts());
    mounts.add(new Mount("", delivery.routes()));
    server.mount(mounts);
    role.start();
    objects = closer.add("objects", ObjectStoreClient.open(store.access()));
    registry = closer.add("mlflow", MlflowClient.open(access.registry(), Duration.ofSeconds(30)));
    client =
        closer.add(
            "client",
            PipelinesClient.open(server.uri(), Optional.of("secret"), Duration.ofSeconds(30)));
  }

  @AfterEach
  void stop() {
    closer.close();
  }

  private String workspace(String environment) throws Exception {
    return Files.readString(
        Path.of(
            "../workspace/environments/%s/pipelines/daily_user_events.yaml"
                .formatted(environment)));
  }

  private void day(String date, double shift) throws Exception {
    var day = new SampleDay(LocalDate.parse(date), 4_000, 7, shift, 0.012);
    var bytes = new ByteArrayOutputStream();
    day.writeTo(bytes);
    objects.put(new ObjectPath("raw-dev", day.key()), bytes.toByteArray(), "text/csv");
  }

  private RunInfo run(Instant logicalTime) {
    var run =
        client.trigger(
            "daily_user_events", new Trigger(Map.of(), Optional.of(logicalTime), "c0ffee", ""));
    return Awaitility.await()
        .atMost(Duration.ofMinutes(3))
        .until(() -> client.run(run.id()).orElseThrow(), RunInfo::isOver);
  }

  private static String states(RunInfo run) {
    var states = new StringBuilder(run.state());
    run.tasks()
        .forEach(
            task ->
                states
                    .append(' ')
                    .append(task.name())
                    .append('=')
                    .append(task.state())
                    .append(task.state().equals("failed") ? "(" + task.why() + ")" : ""));
    return states.toString();
  }

  @Test
  void aDayBecomesAModelThatGoesLiveAndADriftedDayGoesTheShadowPath() throws Exception {
    assertThat(workspace("dev")).isEqualTo(workspace("prod"));
    assertThat(
            role.reload(
                List.of(new PipelineSource("daily_user_events.yaml", workspace("dev"))),
                PipelinesTest.DEFINED_BY))
        .isEmpty();
    day("2026-11-23", 0);
    var first = run(NIGHT);
    assertThat(states(first))
        .startsWith("success")
        .contains(
            "observe=success", "shadow_path=skipped", "rollback=skipped", "summarize_run=success");
    assertThat(delivery.asked).containsExactly(first.id());
    var prefix = ObjectPath.parse("s3://features-dev/daily_user_events/v_20261123T020000/");
    assertThat(objects.list(prefix).objects())
        .extracting(head -> head.path().name())
        .containsExactly("feature.csv", "metadata.json", "schema.json");
    var version = registry.modelVersion("user_events", 1).orElseThrow();
    assertThat(version.tags())
        .containsEntry("feature_version", "v_20261123T020000")
        .containsEntry("commit", "c0ffee")
        .containsEntry("pipeline_run", first.id());
    var trained = registry.run(version.runId()).orElseThrow();
    assertThat(trained.metrics().get("accuracy")).isGreaterThan(0.6);
    assertThat(trained.tags()).containsEntry("drift", "first").containsKey("data_sha256");
    assertThat(
            registry.downloadModel(
                "user_events", 1, Files.createDirectories(folder.resolve("model"))))
        .isEqualTo(4);
    assertThat(client.log(first.id(), "summarize_run", Optional.empty()))
        .contains(
            "[DP] pipeline=daily_user_events step=summarize_run"
                + " raw_path=s3://raw-dev/daily/user_events_20261123.csv "
                + "feature_prefix="
                + prefix
                + " feature_version=v_20261123T020000 rows=4000 null_rate=0.0")
        .contains("valid=true stored_rows=39");

    day("2026-11-24", 1);
    var drifted = run(NIGHT.plus(Duration.ofDays(1)));
    assertThat(states(drifted))
        .startsWith("success")
        .contains("shadow_path=success", "register=skipped", "observe=skipped", "rollback=skipped");
    assertThat(
            registry
                .modelVersionByAlias("user_events", "challenger")
                .orElseThrow()
                .tags()
                .get("shadow_reason"))
        .contains("is over 0.2");

    var again = run(NIGHT);
    assertThat(
            again.task("store_features").orElseThrow().outputs().path("existed").asBoolean(false))
        .isTrue();
  }

  @Test
  void aBadObservationIsTakenBackAndTheRunFails() throws Exception {
    assertThat(
            role.reload(
                List.of(
                    new PipelineSource(
                        "daily_user_events.yaml",
                        workspace("dev")
                            .replace("logistic_regression ", "gradient_boosted_trees "))),
                PipelinesTest.DEFINED_BY))
        .isEmpty();
    day("2026-11-23", 0);
    delivery.observationFails = true;
    var run = run(NIGHT);
    assertThat(states(run))
        .startsWith("failed")
        .contains(
            "observe=failed(rollout r1: observe failed: p95 1.2 s)",
            "rollback=success",
            "summarize_run=success");
  }

  @Test
  void whatIsUnclearIsNotPromotedAndSaysWhy() throws Exception {
    assertThat(
            role.reload(
                List.of(
                    new PipelineSource(
                        "gates.yaml",
                        """
                                                params: {prefix: "", accuracy: 0.9, test_rows: 500, threshold: 0.2}
                                                tasks:
                                                  drift_gate: {uses: drift_gate, with: {prefix: "{{ params.prefix }}", model: gated, threshold: "{{ params.threshold }}"}}
                                                  decide:
                                                    uses: decide
                                                    needs: drift_gate
                                                    with:
                                                      accuracy: "{{ params.accuracy }}"
                                                      test_rows: "{{ params.test_rows }}"
                                                      verdict: "{{ tasks.drift_gate.outputs.verdict }}"
                                                      drifted: "{{ tasks.drift_gate.outputs.drifted }}"
                                                      drift_why: "{{ tasks.drift_gate.outputs.why }}"
                                                  old_decide:
                                                    uses: decide
                                                    needs: drift_gate
                                                    with: {accuracy: 0.9, drifted: "{{ tasks.drift_gate.outputs.drifted }}"}
                                                """)),
                PipelinesTest.DEFINED_BY))
        .isEmpty();
    var steady = featureVersion("v_20261101T000000", "a,b", i -> i + "," + i % 7);
    expectGate(Map.of("prefix", steady), "first", true, "no version of 'gated' has the alias");
    var same = featureVersion("v_20261102T000000", "a,b", i -> i + "," + i % 7);
    expectGate(Map.of("prefix", same), "same", true, "is within 0.2");
    expectGate(
        Map.of("prefix", same, "accuracy", "NaN"), "same", false, "accuracy 'NaN' is unclear");
    expectGate(Map.of("prefix", same, "test_rows", 3), "same", false, "3 test rows are too few");
    var odd = featureVersion("v_20261103T000000", "a,b", i -> (i == 5 ? "NaN" : i) + "," + i % 7);
    expectGate(
        Map.of("prefix", odd),
        "unclear",
        false,
        "'a': 1 of 300 values of the new version are NaN or infinite");
    objects.delete(ObjectPath.parse(odd + "metadata.json"));
    var lost = featureVersion("v_20261104T000000", "b", i -> "" + i % 7);
    expectGate(Map.of("prefix", lost), "unclear", false, "'a': the reference has this column");
    objects.delete(ObjectPath.parse(lost + "metadata.json"));

    registry.ensureModel("gated", "");
    var experiment = registry.experimentId("gated");
    var trained =
        registry.createRun(
            experiment, "r", Instant.EPOCH, Map.of("feature_version", "v_20250101T000000"));
    var version =
        registry.createModelVersion(
            "gated", trained.artifactUri() + "/model", trained.id(), Map.of());
    registry.setAlias(
        "gated",
        "champion",
        version.version(),
        new dev.gori.clients.Mlflow.Because("test", "serves"));
    expectGate(Map.of("prefix", same), "unclear", false, "which is not there any more");

    var wrong = trigger("gates", Map.of("prefix", same, "threshold", "NaN"));
    assertThat(wrong.task("drift_gate").orElseThrow().why())
        .contains("with.threshold: 'NaN' (expected: a finite number)");
  }

  private void expectGate(
      Map<String, Object> params, String verdict, boolean promotes, String why) {
    var run = trigger("gates", params);
    assertThat(states(run)).startsWith("success");
    var gate = run.task("drift_gate").orElseThrow().outputs();
    var decided = run.task("decide").orElseThrow().outputs();
    assertThat(gate.path("verdict").asString("")).as("%s", gate).isEqualTo(verdict);
    assertThat(decided.path("promote").asBoolean(!promotes)).isEqualTo(promotes);
    assertThat(decided.path("why").asString("")).contains(why);
    assertThat(run.task("old_decide").orElseThrow().outputs().path("promote").asBoolean(true))
        .as("a pipeline file that asks for `drifted` alone")
        .isEqualTo(verdict.equals("same") || verdict.equals("first"));
    assertThat(client.log(run.id(), "drift_gate", Optional.empty())).contains("verdict=" + verdict);
  }

  private String featureVersion(String name, String header, IntFunction<String> row) {
    var folder = ObjectPath.parse("s3://features-dev/gates/%s/".formatted(name));
    var csv = new StringBuilder(header).append('\n');
    for (int i = 0; i < 300; i++) {
      csv.append(row.apply(i)).append('\n');
    }
    objects.put(folder.child("feature.csv"), csv.toString().getBytes(), "text/csv");
    objects.put(folder.child("schema.json"), "{}".getBytes(), "application/json");
    objects.put(folder.child("metadata.json"), "{}".getBytes(), "application/json");
    return folder.toString();
  }

  private RunInfo trigger(String pipeline, Map<String, Object> params) {
    var run =
        client.trigger(pipeline, new Trigger(new HashMap<>(params), Optional.empty(), "", ""));
    return Awaitility.await()
        .atMost(Duration.ofMinutes(1))
        .until(() -> client.run(run.id()).orElseThrow(), RunInfo::isOver);
  }

  @Test
  void badDataStopsTheRun() throws Exception {
    assertThat(
            role.reload(
                List.of(
                    new PipelineSource(
                        "daily_user_events.yaml",
                        workspace("dev").replace("retries: 2", "retries: 0"))),
                PipelinesTest.DEFINED_BY))
        .isEmpty();
    day("2026-11-21", 0);
    var missing = run(NIGHT);
    assertThat(missing.task("extract_raw_data").orElseThrow().why())
        .isEqualTo(
            "s3://raw-dev/daily/user_events_20261123.csv is not there (nearest that"
                + " are: user_events_20261121.csv)");
    assertThat(states(missing))
        .contains("rollback=skipped", "summarize_run=success")
        .startsWith("failed");
    objects.put(
        new ObjectPath("raw-dev", "daily/user_events_20261123.csv"),
        "a,b\n1,2\n".getBytes(),
        "text/csv");
    var invalid = run(NIGHT);
    assertThat(invalid.task("validate_data").orElseThrow().why()).contains("is invalid: ");
    assertThat(invalid.task("validate_data").orElseThrow().attempt())
        .as("no retry mends it")
        .isEqualTo(1);
    assertThat(client.log(invalid.id(), "summarize_run", Optional.empty()))
        .contains("rows=0 null_rate=0.0000 valid=false stored_rows=0");
  }
}
