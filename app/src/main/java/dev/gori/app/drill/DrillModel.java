package dev.gori.app.drill;

import dev.gori.app.running.RunningEnvironment;
import dev.gori.clients.Mlflow;
import dev.gori.kernel.fault.FaultException;
import dev.gori.pipelines.tasks.ModelFolder;
import dev.gori.training.Signature;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Registers a model version for a drill as a notebook would: a run, its artifact, a version of the
/// registered model.
record DrillModel(String model, int version, String runId) {

  private static final String EXPERIMENT = "drills";

  /// Logs and registers an ONNX model.
  static DrillModel register(
      DrillContext context, String drill, List<String> columns, byte[] onnx) {
    var environment = context.environment();
    var model = context.serving().model();
    try (var registry = environment.registry()) {
      var tags = Map.of("drill", drill);
      var run =
          registry.createRun(registry.experimentId(EXPERIMENT), drill, environment.now(), tags);
      ModelFolder.files(onnx, new Signature(columns), run.id(), environment.now())
          .forEach((path, bytes) -> registry.uploadArtifact(run.id(), "model/" + path, bytes));
      registry.updateRun(run.id(), Mlflow.RunStatus.FINISHED, Optional.of(environment.now()));
      var version =
          registry.createModelVersion(model, "runs:/" + run.id() + "/model", run.id(), tags);
      return new DrillModel(model, version.version(), run.id());
    }
  }

  /// Registers the artifact of the serving version as a new version: a harmless change.
  static DrillModel again(RunningEnvironment environment, String model, int version, String drill) {
    try (var registry = environment.registry()) {
      var source =
          registry
              .modelVersion(model, version)
              .orElseThrow(
                  () ->
                      FaultException.notFound(
                          "%s version %d is not in the registry".formatted(model, version)));
      var tags = new TreeMap<>(source.tags());
      tags.put("drill", drill);
      var copy = registry.createModelVersion(model, source.source(), source.runId(), tags);
      return new DrillModel(model, copy.version(), copy.runId());
    }
  }
}
