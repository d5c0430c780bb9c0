package dev.gori.delivery;

import dev.gori.clients.MlflowAccess;
import java.net.URI;
import java.util.Optional;

/// The URLs of the other roles: embedded roles or external servers.
///
/// @param gateway such as `http://localhost:7010`
/// @param prometheus without `/api/v1`
/// @param alertmanager without `/api/v2`
/// @param pipelines such as `http://localhost:7010`
/// @param token the environment's token, for calls that change state
public record RoleUrls(
    URI gateway,
    MlflowAccess mlflow,
    URI prometheus,
    URI alertmanager,
    URI pipelines,
    Optional<String> token) {

  /// All roles under one base URL, as in a single process.
  public static RoleUrls at(URI base, Optional<String> token) {
    return new RoleUrls(
        base,
        MlflowAccess.of(URI.create(base + "/mlflow"), token),
        URI.create(base + "/prometheus"),
        URI.create(base + "/alertmanager"),
        base,
        token);
  }

  @Override
  public String toString() {
    return "RoleUrls[gateway=%s, mlflow=%s, prometheus=%s, alertmanager=%s, pipelines=%s]"
        .formatted(gateway, mlflow, prometheus, alertmanager, pipelines);
  }
}
