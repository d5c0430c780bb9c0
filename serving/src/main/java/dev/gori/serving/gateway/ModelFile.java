package dev.gori.serving.gateway;

import dev.gori.base.json.Json;
import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// One version's ONNX file on the gateway's own disk.
///
/// @param runId of the training run; may be empty
/// @param commit that the version was trained with; may be empty
/// @param source where the registry says its artifacts are
/// @param sha256 of the ONNX file, in hex
/// @param fetched milliseconds since the epoch
record ModelFile(
    String model,
    int version,
    String runId,
    String commit,
    String source,
    String sha256,
    long fetched) {

  ModelFile {
    if (!runId.chars().allMatch(c -> c > ' ' && c < 127)) {
      throw new FaultException(
          Fault.UNPROCESSABLE,
          "run id '%s' (expected: letters, digits and signs that a header can carry)"
              .formatted(runId));
    }
  }

  Map<String, @Nullable Object> json() {
    return Json.object(
        "model", model, "version", version, "run_id", runId, "commit", commit, "source", source,
        "sha256", sha256, "fetched", fetched);
  }

  static ModelFile read(JsonNode node) {
    return new ModelFile(
        node.path("model").asString(""),
        node.path("version").asInt(0),
        node.path("run_id").asString(""),
        node.path("commit").asString(""),
        node.path("source").asString(""),
        node.path("sha256").asString(""),
        node.path("fetched").asLong(0));
  }
}
