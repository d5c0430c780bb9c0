package dev.gori.registry;

import dev.gori.kernel.fault.FaultException;
import java.util.regex.Pattern;
import org.jdbi.v3.core.Handle;

/// Resolves the source of a model version: `runs:/RUN/path`, `models:/m-…` and
/// `models:/name/version` become artifact locations, any other source stays unchanged.
final class Sources {

  /// The result of resolving a source.
  ///
  /// @param location the artifact URI
  /// @param runId the run that logged the artifacts, or empty if the source names none
  /// @param modelId the logged model, or empty
  record Lineage(String location, String runId, String modelId) {}

  private static final Pattern RUN = Pattern.compile("runs:/+([^/]+)/?(.*)");
  private static final Pattern LOGGED = Pattern.compile("models:/+(m-[0-9a-f]+)/?");
  private static final Pattern VERSION = Pattern.compile("models:/+([^/@]+)/(\\d{1,9})/?");

  private Sources() {}

  static Lineage follow(Handle handle, String source) {
    var run = RUN.matcher(source);
    if (run.matches()) {
      return ofRun(handle, run.group(1), run.group(2));
    }
    var logged = LOGGED.matcher(source);
    if (logged.matches()) {
      return ofLoggedModel(handle, logged.group(1));
    }
    var version = VERSION.matcher(source);
    if (version.matches()) {
      return ofVersion(handle, version.group(1), Integer.parseInt(version.group(2)));
    }
    return new Lineage(source, "", "");
  }

  private static Lineage ofRun(Handle handle, String runId, String path) {
    var root =
        handle
            .createQuery("SELECT artifact_uri FROM runs WHERE run_id = ?")
            .bind(0, runId)
            .mapTo(String.class)
            .findOne()
            .orElseThrow(() -> Runs.noSuchRun(runId));
    return new Lineage(path.isEmpty() ? root : root + "/" + path, runId, "");
  }

  private static Lineage ofLoggedModel(Handle handle, String modelId) {
    return handle
        .createQuery("SELECT artifact_uri, source_run_id FROM logged_models WHERE model_id = ?")
        .bind(0, modelId)
        .map(
            (row, _) ->
                new Lineage(row.getString("artifact_uri"), row.getString("source_run_id"), modelId))
        .findOne()
        .orElseThrow(
            () ->
                FaultException.notFound("Logged model with ID '%s' not found.".formatted(modelId)));
  }

  private static Lineage ofVersion(Handle handle, String name, int version) {
    return handle
        .createQuery(
            "SELECT storage_location, run_id, model_id FROM model_versions WHERE name = ? AND version = ?")
        .bind(0, name)
        .bind(1, version)
        .map(
            (row, _) ->
                new Lineage(
                    row.getString("storage_location"),
                    row.getString("run_id"),
                    row.getString("model_id")))
        .findOne()
        .orElseThrow(
            () ->
                FaultException.notFound(
                    "Model Version (name=%s, version=%d) not found".formatted(name, version)));
  }
}
