package dev.gori.clients;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The things that MLflow's REST API talks about, as {@link MlflowClient} takes and gives them.
public final class Mlflow {

  private Mlflow() {}

  /// A folder of runs.
  public record Experiment(
      String id, String name, String artifactLocation, String stage, Map<String, String> tags) {
    public Experiment {
      tags = Map.copyOf(tags);
    }
  }

  /// How far a run is.
  public enum RunStatus {
    RUNNING,
    SCHEDULED,
    FINISHED,
    FAILED,
    KILLED
  }

  /// One training run; `metrics` holds the newest value of each.
  public record Run(
      String id,
      String experimentId,
      String name,
      RunStatus status,
      Instant started,
      Optional<Instant> ended,
      String artifactUri,
      Map<String, String> params,
      Map<String, Double> metrics,
      Map<String, String> tags) {
    public Run {
      params = Map.copyOf(params);
      metrics = Map.copyOf(metrics);
      tags = Map.copyOf(tags);
    }
  }

  /// One value of one metric.
  public record Metric(String key, double value, Instant at, long step) {}

  /// An entry of an artifact folder.
  ///
  /// @param path relative to the run's artifact root
  /// @param size bytes; 0 for a folder
  public record Artifact(String path, boolean folder, long size) {}

  /// A model's name, under which versions are registered.
  public record RegisteredModel(
      String name, String description, Map<String, String> tags, Map<String, Integer> aliases) {
    public RegisteredModel {
      tags = Map.copyOf(tags);
      aliases = Map.copyOf(aliases);
    }
  }

  /// Whether a version can be used.
  public enum ModelStatus {
    PENDING_REGISTRATION,
    FAILED_REGISTRATION,
    READY
  }

  /// One immutable version of a registered model.
  ///
  /// @param source where its artifacts are, as it was registered
  /// @param statusMessage why the status is what it is; may be empty
  public record ModelVersion(
      String name,
      int version,
      String source,
      String runId,
      ModelStatus status,
      String statusMessage,
      Map<String, String> tags,
      List<String> aliases,
      Instant created) {
    public ModelVersion {
      tags = Map.copyOf(tags);
      aliases = List.copyOf(aliases);
    }
  }

  /// Who moves an alias and why: kept in our registry's history; a plain MLflow server ignores it.
  public record Because(String who, String why) {}

  /// One move of an alias, from our registry's history. `from` and `to` are absent where the alias
  /// pointed nowhere.
  public record AliasMove(
      String model,
      String alias,
      @Nullable Integer from,
      @Nullable Integer to,
      Instant at,
      String who,
      String why) {}
}
