package dev.gori.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gori.kernel.time.WallTime;
import dev.gori.testkit.NoLeaks;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.mlflow.api.proto.Service.Experiment;
import org.mlflow.api.proto.Service.Metric;
import org.mlflow.api.proto.Service.Param;
import org.mlflow.api.proto.Service.RunStatus;
import org.mlflow.api.proto.Service.RunTag;
import org.mlflow.api.proto.Service.ViewType;
import org.mlflow.tracking.MlflowClient;
import org.mlflow.tracking.MlflowClientException;
import org.mlflow.tracking.creds.BasicMlflowHostCreds;

/// The official Java client against our registry.
@ExtendWith(NoLeaks.class)
final class JavaClientTest {

  @Test
  void theJavaClientsCallsWork(@TempDir Path folder) throws Exception {
    try (var time = new WallTime();
        var place = new RegistryRig(RegistrySettings.DEFAULTS, time, folder);
        var client =
            new MlflowClient(new BasicMlflowHostCreds(place.uri.toString(), RegistryRig.TOKEN))) {
      var experiment = client.createExperiment("java");
      var run = client.createRun(experiment);
      client.logParam(run.getRunId(), "depth", "6");
      client.logMetric(run.getRunId(), "accuracy", 0.5, 1000, 0);
      client.logMetric(run.getRunId(), "accuracy", 0.9, 2000, 1);
      client.logMetric(run.getRunId(), "nan", Double.NaN, 2000, 1);
      client.logBatch(
          run.getRunId(),
          List.of(
              Metric.newBuilder().setKey("loss").setValue(0.1).setTimestamp(1).setStep(3).build()),
          List.of(Param.newBuilder().setKey("eta").setValue("0.1").build()),
          List.of(RunTag.newBuilder().setKey("commit").setValue("abc").build()));
      client.setTag(run.getRunId(), "side", "left");
      client.setTerminated(run.getRunId(), RunStatus.FINISHED);

      var kept = client.getRun(run.getRunId());
      assertThat(kept.getInfo().getStatus()).isEqualTo(RunStatus.FINISHED);
      assertThat(kept.getData().getParamsList())
          .extracting(Param::getKey)
          .containsExactlyInAnyOrder("depth", "eta");
      assertThat(kept.getData().getMetricsList())
          .filteredOn(m -> m.getKey().equals("accuracy"))
          .singleElement()
          .satisfies(m -> assertThat(m.getValue()).isEqualTo(0.9));
      assertThat(client.getMetricHistory(run.getRunId(), "accuracy"))
          .extracting(Metric::getStep)
          .containsExactly(0L, 1L);
      assertThat(client.getExperimentByName("java").orElseThrow().getExperimentId())
          .isEqualTo(experiment);
      assertThat(client.searchExperiments().getItems())
          .extracting(Experiment::getName)
          .contains("java", "Default");
      var found =
          client.searchRuns(
              List.of(experiment),
              "metrics.accuracy > 0.8 and tags.side = 'left'",
              ViewType.ACTIVE_ONLY,
              10);
      assertThat(found.getItems()).hasSize(1);
      models(place, client, run.getRunId());
      assertThatThrownBy(() -> client.getRun("none")).isInstanceOf(MlflowClientException.class);
    }
  }

  private static void models(RegistryRig place, MlflowClient client, String runId) {
    var root = client.getRun(runId).getInfo().getArtifactUri();
    try (var own = place.client()) {
      own.uploadArtifact(runId, "model/model.onnx", new byte[] {1});
    }
    client.sendPost("registered-models/create", "{\"name\":\"java_model\"}");
    client.sendPost(
        "model-versions/create",
        "{\"name\":\"java_model\",\"source\":\"%s/model\",\"run_id\":\"%s\"}"
            .formatted(root, runId));
    assertThat(client.getModelVersion("java_model", "1").getRunId()).isEqualTo(runId);
    assertThat(client.getRegisteredModel("java_model").getName()).isEqualTo("java_model");
    assertThat(client.getLatestVersions("java_model")).hasSize(1);
    assertThat(client.searchModelVersions("name='java_model'").getItems()).hasSize(1);
    assertThat(client.getModelVersionDownloadUri("java_model", "1")).isEqualTo(root + "/model");
  }
}
