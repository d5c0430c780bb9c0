package dev.gori.serving.gateway;

import dev.gori.clients.Mlflow.ModelStatus;
import dev.gori.clients.Mlflow.ModelVersion;
import dev.gori.clients.MlflowClient;
import dev.gori.kernel.disk.Disk;
import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import dev.gori.kernel.time.Time;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;

/// Reads model versions from the registry. Throws CONFLICT when the registry does not have what is
/// requested, BACKEND_DOWN when the registry or its store fails.
final class ModelSource {

  private static final String COMMIT_TAG = "commit";
  private static final int NAMED = 3;
  private static final String CHECKSUM_TAG = "onnx_sha256";

  private final MlflowClient client;
  private final Time time;
  private final Disk local = Disk.local();
  private final Path scratch;

  /// @param scratch a folder for downloads; the constructor deletes what a crash left there
  ModelSource(MlflowClient client, Time time, Path scratch) throws IOException {
    this.client = client;
    this.time = time;
    this.scratch = scratch;
    local.delete(scratch);
  }

  /// The version that an alias points to.
  int version(String model, String alias) {
    return ask(() -> client.modelVersionByAlias(model, alias))
        .map(ModelVersion::version)
        .orElseThrow(
            () ->
                new FaultException(
                    Fault.CONFLICT,
                    "model '%s' has no alias '%s' in the registry (expected: one, or a version in the body)"
                        .formatted(model, alias)));
  }

  /// Downloads a version's ONNX file.
  ModelCache.Found fetch(String model, int version) throws IOException {
    var found =
        ask(() -> client.modelVersion(model, version))
            .orElseThrow(
                () ->
                    new FaultException(
                        Fault.CONFLICT,
                        "the registry holds no version %d of model '%s'%s"
                            .formatted(version, model, newest(model))));
    if (found.status() != ModelStatus.READY) {
      throw new FaultException(
          Fault.CONFLICT,
          "version %d of model '%s' is %s %s(expected: READY)"
              .formatted(
                  version,
                  model,
                  found.status(),
                  found.statusMessage().isEmpty() ? "" : "'" + found.statusMessage() + "' "));
    }
    local.createDirectories(scratch);
    var target = Files.createTempDirectory(scratch, "fetch");
    try {
      ask(() -> client.downloadModel(model, version, target));
      var onnx = Files.readAllBytes(onnx(target, model, version));
      var sum = ModelCache.sha256(onnx);
      var wanted = found.tags().getOrDefault(CHECKSUM_TAG, sum);
      if (!wanted.equals(sum)) {
        throw new FaultException(
            Fault.UNPROCESSABLE,
            "version %d of model '%s' has the SHA-256 %s (expected: %s, its tag %s)"
                .formatted(version, model, sum, wanted, CHECKSUM_TAG));
      }
      var commit = found.tags().getOrDefault(COMMIT_TAG, "");
      return new ModelCache.Found(
          new ModelFile(model, version, found.runId(), commit, found.source(), sum, time.millis()),
          onnx);
    } finally {
      local.delete(target);
    }
  }

  /// The newest versions, as a hint for an error message; empty when the registry does not answer.
  private String newest(String model) {
    try {
      var versions =
          client
              .searchModelVersions("name = '%s'".formatted(model.replace("'", "")), NAMED)
              .stream()
              .map(found -> Integer.toString(found.version()))
              .toList();
      return " (newest: %s)".formatted(versions.isEmpty() ? "none" : String.join(", ", versions));
    } catch (FaultException _) {
      return "";
    }
  }

  /// The one ONNX file among a version's artifacts; `model.onnx` if there are several.
  private static Path onnx(Path folder, String model, int version) throws IOException {
    try (var files = Files.walk(folder)) {
      var found =
          files
              .filter(file -> file.toString().endsWith(".onnx") && Files.isRegularFile(file))
              .sorted()
              .toList();
      return found.stream()
          .filter(file -> found.size() == 1 || file.endsWith("model.onnx"))
          .findFirst()
          .orElseThrow(
              () ->
                  new FaultException(
                      Fault.UNPROCESSABLE,
                      "version %d of model '%s' has %d files *.onnx (expected: one, or one named model.onnx); log it with the onnx flavor"
                          .formatted(version, model, found.size())));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static <T> T ask(Supplier<T> call) {
    try {
      return call.get();
    } catch (FaultException e) {
      throw switch (e.fault()) {
        case NOT_FOUND, CONFLICT, BAD_REQUEST ->
            new FaultException(Fault.CONFLICT, "the registry does not hold it: " + e.reason(), e);
        case BACKEND_DOWN,
            TIMED_OUT,
            TOO_BUSY,
            STORAGE_FULL,
            UNAUTHENTICATED,
            FORBIDDEN,
            METHOD_NOT_ALLOWED,
            PRECONDITION_FAILED,
            TOO_LARGE,
            UNPROCESSABLE,
            REQUEST_TIMEOUT,
            MISDIRECTED,
            UNSUPPORTED_MEDIA_TYPE,
            CLIENT_GONE,
            BROKEN_INVARIANT ->
            new FaultException(
                Fault.BACKEND_DOWN,
                "the registry or its store cannot be asked; what serves is left as it is: "
                    + e.reason(),
                e);
      };
    }
  }
}
