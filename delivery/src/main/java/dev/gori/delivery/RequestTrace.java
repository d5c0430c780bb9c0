package dev.gori.delivery;

import java.util.Optional;

/// Finds the model version that answered a request, such as by the access log.
@FunctionalInterface
public interface RequestTrace {

  /// @param model empty where the log line is of a time when lines did not say it
  record Answered(String model, int version) {
    boolean isOf(String otherModel, int otherVersion) {
      return version == otherVersion && (model.isEmpty() || model.equals(otherModel));
    }
  }

  /// @param requestId what `X-Request-Id` said
  /// @return empty when no log line has it
  Optional<Answered> answered(String requestId);
}
