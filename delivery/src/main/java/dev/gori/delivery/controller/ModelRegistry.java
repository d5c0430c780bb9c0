package dev.gori.delivery.controller;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/// The calls that delivery makes to the model registry. Failures are `FaultException`s.
public interface ModelRegistry {

  /// @param ready whether a gateway can serve it; if not, `status` has the reason
  /// @param tags set by the pipeline that trained the version, such as `pipeline_run` and
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
