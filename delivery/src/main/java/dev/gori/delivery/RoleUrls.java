package dev.gori.delivery;

import dev.gori.clients.MlflowAccess;
import java.net.URI;
import java.util.Optional;

/// Where the other roles are: embedded ones or the real servers.
///
/// @param gateway such as `http://localhost:7010`
/// @param prometheus without `/api/v1`
/// @param alertmanager without `/api/v2`
/// @param pipelines such as `http://localhost:7010`
/// @param token the environment's, for calls that change something
public record RoleUrls(
    URI gateway,
    MlflowAccess mlflow,
    URI prometheus,
    URI alertmanager,
    URI pipelines,
    Optional<String> token) {

  /// All roles behind one address, as one process has them.
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
