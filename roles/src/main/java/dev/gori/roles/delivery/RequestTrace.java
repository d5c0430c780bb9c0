package dev.gori.roles.delivery;

import java.util.OptionalInt;

/// Finds the version that answered a request, such as by the access log.
@FunctionalInterface
public interface RequestTrace {

    /// @param requestId what `X-Request-Id` said
    /// @return empty when no log line has it
    OptionalInt versionOf(String requestId);
}
