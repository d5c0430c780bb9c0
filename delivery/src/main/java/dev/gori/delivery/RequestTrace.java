package dev.gori.delivery;

import java.util.Optional;

/// Finds the model version that answered a request, for example in the access log.
@FunctionalInterface
public interface RequestTrace {

  /// @param model empty for old log lines, which do not contain the model
  record Answered(String model, int version) {
    boolean isOf(String otherModel, int otherVersion) {
      return version == otherVersion && (model.isEmpty() || model.equals(otherModel));
    }
  }

  /// @param requestId the value of the header `X-Request-Id`
  /// @return empty when no log line has it
  Optional<Answered> answered(String requestId);
}
