package dev.gori.delivery.record;

import java.util.Set;

/// What a rollout is asked to bring live.
///
/// @param pipelineRun the run that trained it; empty for none, and so for the texts that follow
/// @param runId the training run in the registry
/// @param commit what caused it, or whose definition the run had that did
/// @param isCause whether the commit is known to be the cause, so that a rollback takes it back
///   too; a run by schedule or by hand names the commit whose definition it ran, which is left
///   alone
/// @param key asking twice with the same key gives one rollout
public record RolloutRequest(
    String model,
    int version,
    String variant,
    String pipelineRun,
    String runId,
    String featureVersion,
    String commit,
    boolean isCause,
    String key) {

  public RolloutRequest {
    if (model.isBlank() || version < 1 || key.isBlank() || !Set.of("A", "B").contains(variant)) {
      throw new IllegalArgumentException(
          "rollout: model '%s', version %d, variant '%s', key '%s' (expected: a model, a version from 1, variant A or B, a key)"
              .formatted(model, version, variant, key));
    }
  }
}
