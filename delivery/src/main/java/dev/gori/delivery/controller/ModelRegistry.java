package dev.gori.delivery.controller;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/// What delivery asks of the model registry. Failures are `FaultException`s.
public interface ModelRegistry {

  /// @param ready whether it can be served; `status` says what it is instead
  /// @param tags what the pipeline that trained it noted, such as `pipeline_run` and
  ///   `feature_version`
  record Version(int number, String runId, boolean ready, String status, Map<String, String> tags) {
    public Version {
      tags = Map.copyOf(tags);
    }
  }

  Optional<Version> version(String model, int number);

  /// The version that an alias points to.
  OptionalInt alias(String model, String alias);

  void pointAlias(String model, String alias, int version, String why);

  void dropAlias(String model, String alias, String why);
}
