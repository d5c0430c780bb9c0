package dev.gori.delivery.record;

import java.util.Set;

/// A request to roll out a model version.
///
/// @param pipelineRun the run that trained the version; empty if unknown, like the next three
/// @param runId the training run in the registry
/// @param commit the commit that caused the rollout, or whose definition the run used
/// @param isCause whether the commit is known to be the cause, so that a rollback reverts it too; a
///   run that a schedule or a person started names the commit of its definition, which a rollback
///   does not revert
/// @param key idempotency key: all requests with the same key get one rollout
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
