package dev.gori.pipelines.tasks;

import dev.gori.base.json.Json;
import dev.gori.training.Signature;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/// The files of an ONNX model in MLflow's model format, so that Python's `mlflow.pyfunc` and
/// `mlflow.onnx` load it by `models:/NAME/VERSION`.
public final class ModelFolder {

  private ModelFolder() {}

  /// The contents of the files, by name.
  public static Map<String, byte[]> files(
      byte[] onnx, Signature signature, String runId, Instant created) {
    var files = new LinkedHashMap<String, byte[]>();
    files.put("model.onnx", onnx);
    files.put("requirements.txt", bytes("mlflow\nonnx\nonnxruntime\n"));
    files.put(
        "python_env.yaml",
        bytes(
            "python: 3.11.0\nbuild_dependencies:\n- pip\ndependencies:\n- -r requirements.txt\n"));
    files.put("MLmodel", bytes(description(signature, runId, created)));
    return files;
  }

  private static String description(Signature signature, String runId, Instant created) {
    var inputs = List.of(tensor("float32", List.of(-1, signature.width()), "input"));
    var outputs =
        List.of(
            tensor("int64", List.of(-1), "label"),
            tensor("float32", List.of(-1, 2), "probabilities"));
    return """
                artifact_path: model
                flavors:
                  onnx:
                    code: null
                    data: model.onnx
                    onnx_version: 1.17.0
                    providers:
                    - CPUExecutionProvider
                  python_function:
                    data: model.onnx
                    env:
                      virtualenv: python_env.yaml
                    loader_module: mlflow.onnx
                    python_version: 3.11.0
                metadata:
                  gori.columns: '%s'
                mlflow_version: 2.17.2
                model_uuid: %s
                run_id: %s
                signature:
                  inputs: '%s'
                  outputs: '%s'
                  params: null
                utc_time_created: '%s'
                """
        .formatted(
            String.join(",", signature.columns()).replace("'", "''"),
            UUID.randomUUID().toString().replace("-", ""),
            runId,
            Json.text(inputs),
            Json.text(outputs),
            created.toString().replace("T", " ").replace("Z", ""));
  }

  private static Map<String, ?> tensor(String type, List<Integer> shape, String name) {
    return Json.object(
        "type", "tensor", "tensor-spec", Json.object("dtype", type, "shape", shape), "name", name);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
